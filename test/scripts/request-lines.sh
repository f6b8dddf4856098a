# asks one question a line over one connection, and gets the answers in the order of the lines
natsctl serve greeter --workers 2 --log off --quiet &
pool=$!
trap 'kill $pool; wait $pool' EXIT
natsctl request greeter.greet ready --wait 30s >/dev/null
seq 1 200 | natsctl request greeter.greet --lines --quiet >replies.txt
seq 1 200 | sed 's/.*/Hello, &!/' | cmp - replies.txt
