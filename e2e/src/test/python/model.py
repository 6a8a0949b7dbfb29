"""Every operation of botocore's model of the service: a valid request made from the model is accepted, and what
comes back is what the model says: no member more, every required one, each of its type and within its bounds."""

import base64
import json
import re
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

NOT_YET = re.compile("Channel|Queue")
STREAM = sys.argv[1] if len(sys.argv) > 1 else "model"

client = boto3.client("kinesis", config=Config(retries={"max_attempts": 1}))
bodies = {}
client.meta.events.register(
    "before-parse.kinesis.*",
    lambda response_dict, operation_model, **_: bodies.__setitem__(operation_model.name, response_dict["body"]),
)


def value(name, shape, known):
    """A value that fits a member: one that is known by its name, else the least that its shape allows."""
    if name in known:
        return known[name]
    kind = shape.type_name
    if shape.enum if kind == "string" else False:
        return shape.enum[0]
    if kind == "string":
        return "x" * max(1, shape.metadata.get("min", 1))
    if kind in ("integer", "long"):
        return max(1, shape.metadata.get("min", 1))
    if kind == "boolean":
        return False
    if kind == "blob":
        return b"x"
    if kind == "timestamp":
        return known["Timestamp"]
    if kind == "list":
        return [value(name + "[]", shape.member, known)]
    if kind == "map":
        return {"key": "value"}
    return {n: value(n, m, known) for n, m in shape.members.items() if n in shape.required_members or n in known}


def request(operation, known, left_out):
    shape = operation.input_shape
    if shape is None:
        return {}
    return {n: value(n, m, known) for n, m in shape.members.items() if n not in left_out}


def check(found, shape, path):
    """Whether what came back is what the model says."""
    kind = shape.type_name
    if kind == "structure":
        assert isinstance(found, dict), f"{path}: {found!r} is no structure"
        names = {member.serialization.get("name", n): (n, member) for n, member in shape.members.items()}
        for n in found:
            assert n in names, f"{path}: member {n} is not in the model"
        for n in shape.required_members:
            assert n in found, f"{path}: required member {n} is missing"
        for n, inner in found.items():
            assert inner is not None, f"{path}.{n} is null"
            check(inner, names[n][1], f"{path}.{n}")
    elif kind == "list":
        assert isinstance(found, list), f"{path}: {found!r} is no list"
        for i, inner in enumerate(found):
            check(inner, shape.member, f"{path}[{i}]")
    elif kind == "string":
        assert isinstance(found, str), f"{path}: {found!r} is no text"
        assert not shape.enum or found in shape.enum, f"{path}: {found!r} is none of {shape.enum}"
        pattern = shape.metadata.get("pattern")
        assert not pattern or re.search(pattern, found), f"{path}: {found!r} does not match {pattern}"
        bounds(len(found), shape, path)
    elif kind in ("integer", "long"):
        assert isinstance(found, int), f"{path}: {found!r} is no whole number"
        bounds(found, shape, path)
    elif kind == "boolean":
        assert isinstance(found, bool), f"{path}: {found!r} is neither true nor false"
    elif kind == "timestamp":
        assert isinstance(found, (int, float)), f"{path}: {found!r} is no time"
    elif kind == "blob":
        base64.b64decode(found, validate=True)


def bounds(size, shape, path):
    # FailedRecordCount is 0 in every good answer of the service, whatever its model says.
    if path.endswith(".FailedRecordCount"):
        return
    assert shape.metadata.get("min", size) <= size <= shape.metadata.get("max", size), f"{path}: {size} is out of bounds"


def call(name, **request_members):
    """Calls an operation; returns its parsed answer, after checking the bytes that it came as."""
    operation = client.meta.service_model.operation_model(name)
    method = next(m for m, n in client.meta.method_to_api_mapping.items() if n == name)
    answer = getattr(client, method)(**request_members)
    if operation.output_shape is not None and not operation.has_event_stream_output:
        check(json.loads(bodies[name]), operation.output_shape, name)
    else:
        assert operation.has_event_stream_output or not bodies[name], f"{name} answered {bodies[name]!r}"
    return answer


call("CreateStream", StreamName=STREAM, ShardCount=2)
client.get_waiter("stream_exists").wait(StreamName=STREAM, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
arn = call("DescribeStream", StreamName=STREAM)["StreamDescription"]["StreamARN"]
created = call("DescribeStreamSummary", StreamName=STREAM)["StreamDescriptionSummary"]["StreamCreationTimestamp"]
consumer = call("RegisterStreamConsumer", StreamARN=arn, ConsumerName="first")["Consumer"]
put = call("PutRecord", StreamName=STREAM, PartitionKey="k", Data=b"x")
iterator = call(
    "GetShardIterator", StreamName=STREAM, ShardId=put["ShardId"], ShardIteratorType="TRIM_HORIZON"
)["ShardIterator"]

known = {
    "StreamName": STREAM,
    "StreamARN": arn,
    "ResourceARN": arn,
    "ConsumerARN": consumer["ConsumerARN"],
    "ConsumerName": "first",
    "ShardId": put["ShardId"],
    "ExclusiveStartShardId": "shardId-000000000000",
    "ShardToSplit": "shardId-000000000000",
    "ShardToMerge": "shardId-000000000000",
    "AdjacentShardToMerge": "shardId-000000000001",
    "NewStartingHashKey": str(2**126),
    "PartitionKey": "k",
    "ExplicitHashKey": "1",
    "ShardIterator": iterator,
    "StartingSequenceNumber": put["SequenceNumber"],
    "SequenceNumber": put["SequenceNumber"],
    "SequenceNumberForOrdering": put["SequenceNumber"],
    "ShardIteratorType": "AT_SEQUENCE_NUMBER",
    "StartingPosition": {"Type": "TRIM_HORIZON"},
    "ShardFilter": {"Type": "AT_LATEST"},
    "Timestamp": created,
    "StreamCreationTimestamp": created,
    "RetentionPeriodHours": 24,
    "MaxRecordSizeInKiB": 1024,
    "EncryptionType": "KMS",
    "KeyId": "alias/aws/kinesis",
    "Policy": '{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "kinesis:PutRecord", "Resource": "*"}}',
    "RecordDistributionStrategy": "USER_PARTITION_KEY",
    "StreamModeDetails": {"StreamMode": "PROVISIONED"},
    "TagKeys": ["key"],
    "Limit": 10,
    "TargetShardCount": 3,
}
# What excludes something else, is refused for what this stream is, or (StreamId) sends the client to another host.
left_out = {"StreamId", "NextToken", "WarmThroughputMiBps", "DryRun", "ExclusiveStartStreamName", "EnforceConsumerDeletion"}
last = ["DeregisterStreamConsumer", "SplitShard", "MergeShards", "UpdateShardCount", "DeleteStream"]
refused = {
    # Semantic refusals of valid requests, which tell that the request was read and understood.
    "CreateStream": "ResourceInUseException",
    "RegisterStreamConsumer": "ResourceInUseException",
    "UpdateStreamWarmThroughput": "ValidationException",
    "DeleteResourcePolicy": "ResourceNotFoundException",
    "MergeShards": "InvalidArgumentException",
}

operations = [n for n in client.meta.service_model.operation_names if not NOT_YET.search(n)]
assert len(operations) >= 39, operations
for name in [n for n in operations if n not in last] + last:
    operation = client.meta.service_model.operation_model(name)
    skip = set(left_out)
    if name == "GetShardIterator":
        skip.add("Timestamp")
    if name == "DescribeStreamConsumer":
        skip.discard("ConsumerName")
    if name == "UpdateStreamWarmThroughput":
        skip.discard("WarmThroughputMiBps")
    if name == "DeleteStream":
        skip.discard("EnforceConsumerDeletion")
    members = request(operation, {**known, "EnforceConsumerDeletion": True}, skip)
    if name == "ListShards":
        members.pop("ExclusiveStartShardId")
    if name in ("SplitShard", "MergeShards", "UpdateShardCount"):
        client.get_waiter("stream_exists").wait(StreamName=STREAM, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    try:
        answer = call(name, **members)
    except ClientError as refusal:
        code = refusal.response["Error"]["Code"]
        assert refused.get(name) == code, f"{name} {members}: {refusal}"
        continue
    if operation.has_event_stream_output:
        events = iter(answer["EventStream"])
        first = next(events)
        shape = operation.output_shape.members["EventStream"].members["SubscribeToShardEvent"]
        assert set(first["SubscribeToShardEvent"]) <= set(shape.members), first
        assert first["SubscribeToShardEvent"]["Records"][0]["Data"] == b"x", first
        answer["EventStream"].close()

client.get_waiter("stream_not_exists").wait(StreamName=STREAM, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
for paginator, members in [("list_streams", {}), ("list_stream_consumers", None), ("list_shards", None), ("describe_stream", None)]:
    assert client.can_paginate(paginator), paginator
print(f"{len(operations)} operations as the model says")
