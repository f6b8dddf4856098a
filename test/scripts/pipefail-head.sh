#!/usr/bin/env bash
# ends with 0 in a pipe whose reader has had enough
natsctl sub flood --raw --quiet --ready-file ready | head -n 3 >three.txt &
pipe=$!
until [[ -s ready ]]; do sleep 0.05; done
natsctl pub flood --count 300 --interval 10ms --quiet x
wait $pipe
[[ $(wc -l <three.txt) -eq 3 ]]
