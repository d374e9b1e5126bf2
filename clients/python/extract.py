"""A Python client of gazetted: one call, a batch, and a stream.

    python -m grpc_tools.protoc -I proto --python_out=OUT --grpc_python_out=OUT \
        proto/gazetted/v1/*.proto proto/google/rpc/status.proto
    PYTHONPATH=OUT python clients/python/extract.py ARTICLE.txt [127.0.0.1:50051]

Prints the answer of the single call as canonical JSON, one line; exits with 1 when the batch
or the stream answer differently, or when an offset does not give the text of its mention.
"""

import sys

import grpc
from gazetted.v1 import article_pb2, entity_pb2, extraction_service_pb2 as api, extraction_service_pb2_grpc
from google.protobuf import json_format


def main() -> int:
    path = sys.argv[1]
    address = sys.argv[2] if len(sys.argv) > 2 else "127.0.0.1:50051"
    body = open(path, encoding="utf-8").read()
    article = article_pb2.Article(article_id="example", body=body)
    options = api.ExtractionOptions(offset_unit=entity_pb2.OFFSET_UNIT_CODE_POINTS)

    with grpc.insecure_channel(address) as channel:
        service = extraction_service_pb2_grpc.EntityExtractionServiceStub(channel)

        one = service.ExtractEntities(api.ExtractEntitiesRequest(article=article, options=options))
        print(json_format.MessageToJson(one, indent=None, ensure_ascii=False))
        for entity in one.entities:
            for mention in entity.mentions:
                if body[mention.begin : mention.end] != mention.text:
                    print(f"offsets of {mention.text!r} are wrong", file=sys.stderr)
                    return 1

        empty = article_pb2.Article(article_id="empty")
        batch = service.BatchExtractEntities(
            api.BatchExtractEntitiesRequest(articles=[article, empty], options=options)
        )
        if batch.items[0].response != one or batch.items[1].WhichOneof("result") != "error":
            print("the batch answers differently", file=sys.stderr)
            return 1

        def requests():
            yield api.StreamExtractEntitiesRequest(settings=api.StreamSettings(options=options))
            yield api.StreamExtractEntitiesRequest(article=article)
            yield api.StreamExtractEntitiesRequest(article=empty)
            yield api.StreamExtractEntitiesRequest(article=article)

        answers = list(service.StreamExtractEntities(requests()))
        kinds = [answer.WhichOneof("result") for answer in answers]
        if kinds != ["response", "error", "response"] or answers[2].response != one:
            print(f"the stream answers differently: {kinds}", file=sys.stderr)
            return 1

        try:
            service.ExtractEntities(api.ExtractEntitiesRequest())
            print("a request without an article was answered", file=sys.stderr)
            return 1
        except grpc.RpcError as error:
            if error.code() != grpc.StatusCode.INVALID_ARGUMENT:
                print(f"a request without an article failed with {error.code()}", file=sys.stderr)
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
