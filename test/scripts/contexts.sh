# saves a context, uses it, and takes it away, with no terminal to be asked on
export XDG_CONFIG_HOME="$PWD/config"
url=$NATS_URL
unset NATS_URL
natsctl context add ci --server "$url" --quiet
natsctl pub some.subject body --context ci --quiet
natsctl context select ci --quiet
natsctl pub some.subject body --quiet
natsctl context ls --json | grep '"name":"ci"' >/dev/null
status=0
natsctl context rm ci 2>error.txt </dev/null || status=$?
test "$status" -eq 2
grep -q -- '--force' error.txt
natsctl context rm ci --force --quiet
status=0
natsctl pub some.subject body --context ci 2>error.txt || status=$?
test "$status" -eq 2
