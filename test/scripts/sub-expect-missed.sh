# ends with 8 where the expected message does not come in time
status=0
natsctl sub events.b --expect never --for 300ms --quiet >/dev/null 2>&1 || status=$?
test "$status" -eq 8
