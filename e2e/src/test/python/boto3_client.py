"""boto3, unmodified, against a running server: every call of this version, its paginators and waiters.

Usage: boto3_client.py ENDPOINT [CA_BUNDLE]. Ends with status 0 and prints "boto3: all as expected".
"""

import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError


def expect(error, call):
    try:
        call()
    except ClientError as e:
        assert e.response["Error"]["Code"] == error, e
        assert e.response["ResponseMetadata"]["RequestId"], "every answer names its request"
        return
    raise AssertionError(f"expected {error}")


def read(client, stream, shard, **position):
    iterator = client.get_shard_iterator(StreamName=stream, ShardId=shard, **position)["ShardIterator"]
    records = []
    while True:
        answer = client.get_records(ShardIterator=iterator)
        records += answer["Records"]
        if answer["MillisBehindLatest"] == 0:
            return records
        iterator = answer["NextShardIterator"]


def main(endpoint, bundle=None):
    client = boto3.client(
        "kinesis",
        endpoint_url=endpoint,
        verify=bundle,
        region_name="us-east-1",
        aws_access_key_id="id",
        aws_secret_access_key="secret",
        config=Config(retries={"max_attempts": 1}),
    )
    stream = "boto3-tls" if bundle else "boto3"
    client.create_stream(StreamName=stream, ShardCount=3, Tags={"team": "blue"})
    client.get_waiter("stream_exists").wait(StreamName=stream, WaiterConfig={"Delay": 1})
    expect("ResourceInUseException", lambda: client.create_stream(StreamName=stream, ShardCount=1))

    summary = client.describe_stream_summary(StreamName=stream)["StreamDescriptionSummary"]
    assert summary["OpenShardCount"] == 3 and summary["StreamStatus"] == "ACTIVE", summary
    arn = summary["StreamARN"]
    assert client.describe_stream(StreamARN=arn)["StreamDescription"]["StreamName"] == stream
    # By ARN: this paginator repeats its arguments beside NextToken, and a StreamName there is refused, as by the service.
    paged = client.get_paginator("list_shards").paginate(StreamARN=arn, PaginationConfig={"PageSize": 2})
    shards = [shard["ShardId"] for page in paged for shard in page["Shards"]]
    assert shards == ["shardId-00000000000%d" % i for i in range(3)], shards
    paged = client.get_paginator("describe_stream").paginate(StreamName=stream, PaginationConfig={"PageSize": 1})
    assert sum(len(page["StreamDescription"]["Shards"]) for page in paged) == 3
    paged = client.get_paginator("list_streams").paginate(PaginationConfig={"PageSize": 1})
    assert stream in [name for page in paged for name in page["StreamNames"]]

    one = client.put_record(StreamName=stream, PartitionKey="k", Data=b"\x00\xffone")
    many = client.put_records(
        StreamARN=arn, Records=[{"PartitionKey": "k", "Data": b"%d" % i} for i in range(500)]
    )
    assert many["FailedRecordCount"] == 0 and len(many["Records"]) == 500
    shard = one["ShardId"]
    records = read(client, stream, shard, ShardIteratorType="TRIM_HORIZON")
    assert [r["Data"] for r in records] == [b"\x00\xffone"] + [b"%d" % i for i in range(500)]
    assert [r["SequenceNumber"] for r in records[1:]] == [r["SequenceNumber"] for r in many["Records"]]
    assert all(r["PartitionKey"] == "k" for r in records)

    number = one["SequenceNumber"]
    at = read(client, stream, shard, ShardIteratorType="AT_SEQUENCE_NUMBER", StartingSequenceNumber=number)
    after = read(client, stream, shard, ShardIteratorType="AFTER_SEQUENCE_NUMBER", StartingSequenceNumber=number)
    when = records[1]["ApproximateArrivalTimestamp"]
    since = read(client, stream, shard, ShardIteratorType="AT_TIMESTAMP", Timestamp=when)
    assert len(at) == 501 and len(after) == 500 and len(since) >= 500
    assert read(client, stream, shard, ShardIteratorType="LATEST") == []

    expect("UnknownOperationException", lambda: client.list_tags_for_stream(StreamName=stream))
    expect("InvalidArgumentException", lambda: client.get_records(ShardIterator="rubbish"))
    client.delete_stream(StreamName=stream)
    client.get_waiter("stream_not_exists").wait(StreamName=stream, WaiterConfig={"Delay": 1})
    expect("ResourceNotFoundException", lambda: client.describe_stream(StreamName=stream))
    refused_by_name(client)
    print("boto3: all as expected")


def refused_by_name(client):
    """Every operation of botocore's model that this version does not have is refused with its name."""
    import json
    import urllib.error
    import urllib.request

    served = 0
    for operation in client.meta.service_model.operation_names:
        request = urllib.request.Request(
            client.meta.endpoint_url.replace("https", "http"),
            data=b"{}",
            headers={
                "Content-Type": "application/x-amz-json-1.1",
                "X-Amz-Target": "Kinesis_20131202." + operation,
            },
        )
        try:
            urllib.request.urlopen(request).read()
            served += 1
        except urllib.error.HTTPError as e:
            answer = json.load(e)
            if answer["__type"] == "UnknownOperationException":
                assert operation in answer["message"], answer
            else:
                served += 1
    assert served == 10, served


if __name__ == "__main__":
    main(*sys.argv[1:])
