# SPDX-FileCopyrightText: 2026 The Millrace Authors
# SPDX-License-Identifier: Apache-2.0
"""Reads a stream from its oldest record until it is stopped, and prints a line for each record: got SHARD SEQUENCE-NUMBER DATA.

It reads all shards in turn and, when the stream is resharded, each shard after its parents. It keeps no checkpoint: after a
restart it begins again. For checkpoints and for several workers use the Kinesis Client Library.

Endpoint, region and credentials come from the environment, as for any program with boto3.
"""

import os
import signal
import sys
import time

import boto3

# A shard allows five reads a second.
PAUSE_SECONDS = 0.2


class Consumer:
    def __init__(self, kinesis, stream):
        self.kinesis = kinesis
        self.stream = stream
        self.iterators = {}
        self.ended = set()

    def run(self):
        pages = self.kinesis.get_paginator("list_shards").paginate(StreamName=self.stream)
        shards = [shard for page in pages for shard in page["Shards"]]
        listed = {shard["ShardId"] for shard in shards}
        for shard in shards:
            parents = {shard.get("ParentShardId"), shard.get("AdjacentParentShardId")}
            if not parents & listed:
                self.begin(shard["ShardId"])
        while True:
            for shard, iterator in list(self.iterators.items()):
                self.read(shard, iterator)
            time.sleep(PAUSE_SECONDS)

    def begin(self, shard):
        answer = self.kinesis.get_shard_iterator(
            StreamName=self.stream, ShardId=shard, ShardIteratorType="TRIM_HORIZON"
        )
        self.iterators[shard] = answer["ShardIterator"]

    def read(self, shard, iterator):
        answer = self.kinesis.get_records(ShardIterator=iterator)
        for record in answer["Records"]:
            print("got", shard, record["SequenceNumber"], record["Data"].decode())
        if answer.get("NextShardIterator"):
            self.iterators[shard] = answer["NextShardIterator"]
            return
        del self.iterators[shard]
        self.ended.add(shard)
        for child in answer.get("ChildShards", []):
            # A merged shard has two parents: the one that ends last begins it.
            if self.ended.issuperset(child["ParentShards"]):
                self.begin(child["ShardId"])


if __name__ == "__main__":
    # The first process of a container ignores SIGTERM unless it handles it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    Consumer(boto3.client("kinesis"), os.environ["STREAM"]).run()
