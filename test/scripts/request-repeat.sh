# measures the round trip of a service
natsctl reply ping.me pong --ready-file ready --quiet &
service=$!
trap 'kill $service; wait $service' EXIT
until [ -s ready ]; do kill -0 $service; sleep 0.05; done
natsctl request ping.me '' --repeat 100 --json --quiet >figures.json
node -e 'const figures = JSON.parse(require("fs").readFileSync("figures.json", "utf8"));
  if (figures.requests !== 100 || !(figures.rtt_median_ms <= figures.rtt_p99_ms)) process.exit(1)'
