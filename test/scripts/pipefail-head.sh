#!/usr/bin/env bash
# ends with 0 in a pipe whose reader has had enough
seq 1 100000 >numbers.txt
natsctl reply echo.it --echo --quiet --ready-file ready &
service=$!
trap 'kill $service; wait $service' EXIT
until [[ -s ready ]]; do kill -0 $service; sleep 0.05; done
natsctl request echo.it --lines --file numbers.txt 2>/dev/null | head -n 3 >three.txt
seq 1 3 | cmp - three.txt
