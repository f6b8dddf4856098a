# gathers the replies of all who answer
natsctl reply who.is.there one --queue a --quiet --ready-file ready1 &
one=$!
natsctl reply who.is.there two --queue b --quiet --ready-file ready2 &
two=$!
trap 'kill $one $two; wait $one $two' EXIT
until [ -s ready1 ] && [ -s ready2 ]; do kill -0 $one $two; sleep 0.05; done
natsctl request who.is.there '' --replies 2 >two.txt
natsctl request who.is.there '' --replies all --idle 1s >all.txt
for file in two.txt all.txt; do sort $file >sorted.txt; printf 'one\ntwo\n' | cmp - sorted.txt; done
status=0
natsctl request who.is.there '' --replies 3 --timeout 500ms >/dev/null 2>&1 || status=$?
test "$status" -eq 6
