# SPDX-FileCopyrightText: 2026 The Millrace Authors
# SPDX-License-Identifier: Apache-2.0
"""Puts ten records a second into a stream until it is stopped, and prints a line for each: put SHARD SEQUENCE-NUMBER KEY.

Endpoint, region and credentials come from the environment, as for any program with boto3.
"""

import itertools
import json
import os
import signal
import sys
import time

import boto3

BATCH = 10


def put(kinesis, stream, records):
    """Puts all records. PutRecords may accept some of them and reject others, which are sent again."""
    while records:
        answer = kinesis.put_records(StreamName=stream, Records=records)
        rejected = []
        for record, result in zip(records, answer["Records"]):
            if "ErrorCode" in result:
                rejected.append(record)
            else:
                print("put", result["ShardId"], result["SequenceNumber"], record["PartitionKey"])
        if rejected:
            time.sleep(0.2)
        records = rejected


def main(stream):
    # The first process of a container ignores SIGTERM unless it handles it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    kinesis = boto3.client("kinesis")
    for first in itertools.count(step=BATCH):
        records = [
            {"PartitionKey": f"customer-{number % 100}", "Data": json.dumps({"number": number, "from": "python"}).encode()}
            for number in range(first, first + BATCH)
        ]
        put(kinesis, stream, records)
        time.sleep(1)


if __name__ == "__main__":
    main(os.environ["STREAM"])
