"""Sends one ListStreams request that is signed in its query, by the credentials of the environment.

Prints the status and the body of the answer. Endpoint: AWS_ENDPOINT_URL_KINESIS.
"""

import os
import urllib.error
import urllib.request

import botocore.session
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest


def main():
    request = AWSRequest(
        method="POST",
        url=os.environ["AWS_ENDPOINT_URL_KINESIS"] + "/",
        data=b"{}",
        headers={"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "Kinesis_20131202.ListStreams"},
    )
    credentials = botocore.session.get_session().get_credentials()
    PresignedPost(credentials, "kinesis", os.environ["AWS_DEFAULT_REGION"]).add_auth(request)
    signed = urllib.request.Request(request.url, data=b"{}", headers=dict(request.headers.items()), method="POST")
    try:
        with urllib.request.urlopen(signed) as answer:
            print(answer.status, answer.read().decode())
    except urllib.error.HTTPError as refusal:
        print(refusal.code, refusal.read().decode())


class PresignedPost(SigV4QueryAuth):
    """Botocore moves the body of a presigned request into its query; here it stays a body."""

    def _modify_request_before_signing(self, request):
        body = request.data
        super()._modify_request_before_signing(request)
        request.data = body


if __name__ == "__main__":
    main()
