# writes each message to a file
natsctl sub 'photo.*' --count 2 --dump photos --for 30s --ready-file ready --quiet &
listener=$!
until [ -s ready ]; do kill -0 $listener; sleep 0.05; done
natsctl pub photo.a one --quiet
natsctl pub photo.b two --quiet
wait $listener
test "$(ls photos | wc -l)" -eq 2
cat photos/* | grep one >/dev/null
cat photos/* | grep two >/dev/null
