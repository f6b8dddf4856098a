# saves a context, uses it, and takes it away
export XDG_CONFIG_HOME="$PWD/config"
natsctl context add ci --server "$NATS_URL" --quiet
url=$NATS_URL
unset NATS_URL
natsctl pub some.subject body --context ci --quiet
natsctl context select ci --quiet
natsctl pub some.subject body --quiet
natsctl context ls --json | grep -q '"name":"ci"'
natsctl context rm ci --force --quiet
NATS_URL=$url natsctl pub some.subject body --quiet
