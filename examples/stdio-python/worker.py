#!/usr/bin/env python3
"""Counts the words of each request's body: a co-process of `natsctl serve --stdio`.

    natsctl serve --stdio --subject text.words --name words -- python3 worker.py
    natsctl request text.words 'to be or not to be'

A line of JSON for each request on stdin, a line for each answer on stdout, see docs/stdio.md. Requests are answered as
they are done, several at a time. Logs go to stderr: natsctl's log has them.
"""

import base64
import json
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

lock = threading.Lock()


class Refused(Exception):
    """What the caller is told went wrong."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def handle(body):
    """The words of a text, each with how often it is there; bytes in, any JSON value out."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused(400, "the body is not valid UTF-8")
    if not text.strip():
        raise Refused(400, "the body is empty")
    return Counter(text.lower().split())


def body_of(request):
    """A body that is no valid UTF-8 comes as base64."""
    if "data_base64" in request:
        return base64.b64decode(request["data_base64"])
    return request["data"].encode("utf-8")


def answer(request):
    reply = {"id": request["id"]}
    try:
        reply["json"] = handle(body_of(request))
    except Refused as refused:
        reply["error"] = {"code": refused.code, "message": str(refused)}
    except Exception as error:
        print(f"{request['subject']}: {error!r}", file=sys.stderr, flush=True)
        reply["error"] = {"code": 500, "message": str(error)}
    line = json.dumps(reply)
    # Whole lines, and at once: stdout is a pipe, which Python would buffer.
    with lock:
        print(line, flush=True)


def main():
    with ThreadPoolExecutor(max_workers=8) as pool:
        # At the end natsctl closes stdin: the loop ends, and what is in hand is answered.
        for line in sys.stdin:
            pool.submit(answer, json.loads(line))


if __name__ == "__main__":
    main()
