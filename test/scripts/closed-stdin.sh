# works where stdin is closed
natsctl sub some.subject --count 2 --format '[{{data}}]' --for 30s --ready-file ready --quiet >received.txt <&- &
listener=$!
until [ -s ready ]; do kill -0 $listener; sleep 0.05; done
natsctl pub some.subject body --quiet <&-
natsctl pub some.subject --quiet <&-
wait $listener
printf '[body]\n[]\n' | cmp - received.txt
