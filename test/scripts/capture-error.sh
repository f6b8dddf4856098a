#!/usr/bin/env bash
# fails the job, and shows why, where a service is not there
set -o pipefail
if reply=$(natsctl request nobody.home x --json 2>&1 | tail -n 1); then exit 1; fi
[[ $reply == *no_responders* ]]
