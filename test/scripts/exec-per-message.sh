# runs a program for each message, with the body on stdin and the subject in the environment
natsctl sub 'job.*' --count 2 --for 30s --ready-file ready --quiet --exec -- sh -c 'printf "%s %s\n" "$NATS_SUBJECT" "$(cat)" >>jobs.txt' &
listener=$!
until [ -s ready ]; do kill -0 $listener; sleep 0.05; done
natsctl pub job.a 'one; echo $HOME' --quiet
natsctl pub job.b two --quiet
wait $listener
sort jobs.txt >sorted.txt
printf 'job.a one; echo $HOME\njob.b two\n' | cmp - sorted.txt
