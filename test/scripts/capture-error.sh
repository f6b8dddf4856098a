#!/usr/bin/env bash
# catches the error of a request as JSON, in a pipe that still fails
set -o pipefail
if error=$(natsctl request nobody.home x --json 2>&1 | tail -n 1); then exit 1; fi
[[ $error == '{"error":{"kind":"no_responders",'* ]]
