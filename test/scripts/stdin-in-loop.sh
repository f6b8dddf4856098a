# leaves the list to the loop that reads it, where a body is given
natsctl serve greeter --log off --quiet &
pool=$!
trap 'kill $pool; wait $pool' EXIT
natsctl request greeter.greet ready --wait 30s >/dev/null
printf 'Anna\nBen\nCleo\n' >names.txt
while read -r name; do natsctl request greeter.greet "$name"; done <names.txt >replies.txt
printf 'Hello, Anna!\nHello, Ben!\nHello, Cleo!\n' | cmp - replies.txt
