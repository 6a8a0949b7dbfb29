"""What an application with boto3 does with a stream, from its creation to its end.

Endpoint, credentials and trust come from the environment, as in an application. Argument: the stream's name.
"""

import datetime
import sys

import boto3

SHARD = "shardId-000000000000"


def expect(found, wanted, what):
    if found != wanted:
        raise AssertionError(f"{what}: expected {wanted!r}, found {found!r}")


def refused(error, call, **arguments):
    try:
        call(**arguments)
    except error as refusal:
        return refusal.response["Error"]["Message"]
    raise AssertionError(f"{call.__name__}({arguments}) was not refused")


def create(client, stream):
    client.create_stream(StreamName=stream, ShardCount=2)
    client.get_waiter("stream_exists").wait(StreamName=stream)
    refused(client.exceptions.ResourceInUseException, client.create_stream, StreamName=stream, ShardCount=2)
    names = [name for page in client.get_paginator("list_streams").paginate() for name in page["StreamNames"]]
    expect(stream in names, True, "the stream is listed")
    described = client.describe_stream(StreamName=stream)["StreamDescription"]
    expect(described["StreamStatus"], "ACTIVE", "status")
    age = datetime.datetime.now(datetime.timezone.utc) - described["StreamCreationTimestamp"]
    expect(abs(age.total_seconds()) < 60, True, f"created just now, not {age} ago")
    expect(client.list_shards(StreamName=stream)["Shards"], described["Shards"], "shards")
    summary = client.describe_stream_summary(StreamARN=described["StreamARN"])["StreamDescriptionSummary"]
    expect(summary["OpenShardCount"], 2, "open shards")


def put(client, stream):
    """Puts the texts 0 to 9 into the first shard; their sequence numbers."""
    first = client.put_record(StreamName=stream, PartitionKey="a", ExplicitHashKey="0", Data=b"0")
    expect(first["ShardId"], SHARD, "shard of hash key 0")
    entries = [{"PartitionKey": f"key \u00fc {i}", "ExplicitHashKey": "0", "Data": str(i).encode()} for i in range(1, 10)]
    rest = client.put_records(StreamName=stream, Records=entries)
    expect(rest["FailedRecordCount"], 0, "failed records")
    return [first["SequenceNumber"]] + [result["SequenceNumber"] for result in rest["Records"]]


def read(client, stream, **position):
    iterator = client.get_shard_iterator(StreamName=stream, ShardId=SHARD, **position)["ShardIterator"]
    return client.get_records(ShardIterator=iterator)


def texts(answer):
    return [record["Data"].decode() for record in answer["Records"]]


def read_from_every_position(client, stream, numbers):
    digits = [str(i) for i in range(10)]
    whole = read(client, stream, ShardIteratorType="TRIM_HORIZON")
    expect(texts(whole), digits, "TRIM_HORIZON")
    expect([record["SequenceNumber"] for record in whole["Records"]], numbers, "sequence numbers")
    expect(whole["Records"][4]["PartitionKey"], "key \u00fc 4", "partition key")
    at = {"ShardIteratorType": "AT_SEQUENCE_NUMBER", "StartingSequenceNumber": numbers[3]}
    expect(texts(read(client, stream, **at)), digits[3:], "AT_SEQUENCE_NUMBER")
    after = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "StartingSequenceNumber": numbers[3]}
    expect(texts(read(client, stream, **after)), digits[4:], "AFTER_SEQUENCE_NUMBER")
    arrival = whole["Records"][0]["ApproximateArrivalTimestamp"]
    expect(texts(read(client, stream, ShardIteratorType="AT_TIMESTAMP", Timestamp=arrival)), digits, "AT_TIMESTAMP")
    latest = read(client, stream, ShardIteratorType="LATEST")
    expect(texts(latest), [], "LATEST")
    expect(latest["MillisBehindLatest"], 0, "MillisBehindLatest")
    client.put_record(StreamName=stream, PartitionKey="late", ExplicitHashKey="0", Data=b"late")
    expect(texts(client.get_records(ShardIterator=latest["NextShardIterator"])), ["late"], "what came after LATEST")


def delete(client, stream):
    client.delete_stream(StreamName=stream)
    client.get_waiter("stream_not_exists").wait(StreamName=stream)
    message = refused(client.exceptions.ResourceNotFoundException, client.describe_stream, StreamName=stream)
    expect(stream in message, True, f"the refusal names the stream: {message}")


def main(stream):
    client = boto3.client("kinesis")
    create(client, stream)
    read_from_every_position(client, stream, put(client, stream))
    delete(client, stream)
    print("all went well")


if __name__ == "__main__":
    main(sys.argv[1])
