"""Prints the name of every Kinesis operation that botocore knows, one a line."""

import botocore.session

print("\n".join(botocore.session.get_session().get_service_model("kinesis").operation_names))
