# ends with 0, at the next message, where nobody reads what it prints any more
{
  status=0
  natsctl sub ticks --raw --quiet --ready-file ready || status=$?
  echo "$status" >status.txt
} | head -n 1 >first.txt &
until [ -s ready ]; do test ! -e status.txt; sleep 0.05; done
natsctl pub ticks --quiet tick
until [ -s first.txt ]; do test ! -e status.txt; sleep 0.05; done
until [ -s status.txt ]; do natsctl pub ticks --quiet tick; done
test "$(cat first.txt status.txt)" = "tick
0"
