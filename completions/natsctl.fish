# fish completion for natsctl: natsctl completion --help says where to put it.
# Made out of the commands' definitions by `npm run completions`: change those, not this.
# Commands, flags and choices stand here; contexts, subjects, services and pools natsctl is asked for when the key is pressed.

# The command that a word names.
function __natsctl_command -a word
    switch $word
        case serve
            echo serve
        case pool pools
            echo pool
        case request req
            echo request
        case reply
            echo reply
        case pub publish
            echo pub
        case sub subscribe
            echo sub
        case service services micro
            echo service
        case bench
            echo bench
        case run
            echo run
        case server
            echo server
        case context ctx
            echo context
        case rtt
            echo rtt
        case doctor
            echo doctor
        case completion
            echo completion
        case help
            echo help
        case '*'
            echo '?'
    end
end

# The command that a word behind another command names; fails where it names none.
function __natsctl_subcommand -a command word
    switch "$command $word"
        case 'pool ls' 'pool list' 'pool l' 'pools ls' 'pools list' 'pools l'
            echo 'pool ls'
        case 'pool status' 'pools status'
            echo 'pool status'
        case 'pool scale' 'pools scale'
            echo 'pool scale'
        case 'pool reload' 'pools reload'
            echo 'pool reload'
        case 'pool stop' 'pools stop'
            echo 'pool stop'
        case 'service ls' 'service list' 'service l' 'services ls' 'services list' 'services l' 'micro ls' 'micro list' 'micro l'
            echo 'service ls'
        case 'service info' 'service i' 'services info' 'services i' 'micro info' 'micro i'
            echo 'service info'
        case 'service stats' 'services stats' 'micro stats'
            echo 'service stats'
        case 'service ping' 'services ping' 'micro ping'
            echo 'service ping'
        case 'service wait' 'services wait' 'micro wait'
            echo 'service wait'
        case 'bench request'
            echo 'bench request'
        case 'bench pub'
            echo 'bench pub'
        case 'bench pubsub'
            echo 'bench pubsub'
        case 'bench service'
            echo 'bench service'
        case 'bench sub'
            echo 'bench sub'
        case 'bench suite'
            echo 'bench suite'
        case 'bench compare'
            echo 'bench compare'
        case 'context add' 'context create' 'ctx add' 'ctx create'
            echo 'context add'
        case 'context save' 'ctx save'
            echo 'context save'
        case 'context copy' 'context cp' 'ctx copy' 'ctx cp'
            echo 'context copy'
        case 'context edit' 'context vi' 'ctx edit' 'ctx vi'
            echo 'context edit'
        case 'context ls' 'context list' 'context l' 'ctx ls' 'ctx list' 'ctx l'
            echo 'context ls'
        case 'context show' 'context v' 'context view' 'ctx show' 'ctx v' 'ctx view'
            echo 'context show'
        case 'context info' 'ctx info'
            echo 'context info'
        case 'context select' 'context switch' 'context set' 'ctx select' 'ctx switch' 'ctx set'
            echo 'context select'
        case 'context unselect' 'ctx unselect'
            echo 'context unselect'
        case 'context previous' 'context -' 'ctx previous' 'ctx -'
            echo 'context previous'
        case 'context rm' 'context remove' 'ctx rm' 'ctx remove'
            echo 'context rm'
        case 'context validate' 'ctx validate'
            echo 'context validate'
        case '*'
            return 1
    end
end

# Whether what follows "--" is a program and its arguments.
function __natsctl_runs_program -a command
    contains -- "$command" serve sub run
end

# Whether a flag takes a value.
function __natsctl_takes_value -a command flag
    switch "$command $flag"
        case '* --server' '* -s' '* --context' '* --creds' '* --nkey' '* --jwt' '* --seed' '* --user' '* --password' '* --token' '* --tlscert' '* --tlskey' '* --tlsca' '* --timeout' '* --wait-server' '* --inbox-prefix' '* --connection-name' 'serve --workers' 'serve -w' 'serve --queue' 'serve --handler-timeout' 'serve --concurrency' 'serve --max-queued' 'serve --overload' 'serve --watchdog' 'serve --memory-limit' 'serve --max-requests' 'serve --log' 'serve --grace' 'serve --ready-file' 'serve --health' 'serve --config' 'serve --register-ttl' 'serve --subject' 'serve --name' 'pool --for' 'pool scale --for' 'pool reload --for' 'pool stop --for' 'request --header' 'request -H' 'request --file' 'request -f' 'request --retries' 'request --wait' 'request --concurrency' 'request --repeat' 'request --replies' 'request --idle' 'request --reply-timeout' 'request --expect' 'request --expect-match' 'request --expect-json' 'request --send-on' 'reply --error' 'reply --header' 'reply -H' 'reply --file' 'reply -f' 'reply --queue' 'reply --count' 'reply --delay' 'reply --ready-file' 'pub --header' 'pub -H' 'pub --reply' 'pub --file' 'pub -f' 'pub --count' 'pub --rate' 'pub --interval' 'pub --sleep' 'pub --send-on' 'sub --queue' 'sub --ready-file' 'sub --reconnect' 'sub --count' 'sub --for' 'sub --idle' 'sub --wait' 'sub --expect' 'sub --expect-match' 'sub --expect-json' 'sub --format' 'sub --encoding' 'sub --timestamps' 'sub --concurrency' 'sub --dump' 'sub --report-top' 'service --instances' 'service --for' 'service wait --instances' 'service wait --for' 'bench --duration' 'bench --messages' 'bench --msgs' 'bench --warmup' 'bench --clients' 'bench --threads' 'bench --inflight' 'bench --rate' 'bench --arrivals' 'bench --ramp' 'bench --subscribers' 'bench --queue' 'bench --workers' 'bench -w' 'bench --endpoint' 'bench --engine' 'bench --seed' 'bench --size' 'bench --payload' 'bench --subjects' 'bench --multisubject' 'bench --header' 'bench -H' 'bench --body' 'bench --file' 'bench -f' 'bench --body-lines' 'bench --slo' 'bench --runs' 'bench --against' 'bench --tolerance' 'bench --csv' 'bench --hdr' 'bench --html' 'bench request --duration' 'bench request --messages' 'bench request --msgs' 'bench request --warmup' 'bench request --threads' 'bench request --engine' 'bench request --seed' 'bench request --inflight' 'bench request --clients' 'bench request --rate' 'bench request --arrivals' 'bench request --ramp' 'bench request --size' 'bench request --payload' 'bench request --subjects' 'bench request --multisubject' 'bench request --header' 'bench request -H' 'bench request --body' 'bench request --file' 'bench request -f' 'bench request --body-lines' 'bench request --slo' 'bench request --runs' 'bench request --against' 'bench request --tolerance' 'bench request --csv' 'bench request --hdr' 'bench request --html' 'bench pub --duration' 'bench pub --messages' 'bench pub --msgs' 'bench pub --warmup' 'bench pub --threads' 'bench pub --engine' 'bench pub --seed' 'bench pub --clients' 'bench pub --rate' 'bench pub --arrivals' 'bench pub --ramp' 'bench pub --size' 'bench pub --payload' 'bench pub --subjects' 'bench pub --multisubject' 'bench pub --header' 'bench pub -H' 'bench pub --body' 'bench pub --file' 'bench pub -f' 'bench pub --body-lines' 'bench pub --slo' 'bench pub --runs' 'bench pub --against' 'bench pub --tolerance' 'bench pub --csv' 'bench pub --hdr' 'bench pub --html' 'bench pubsub --duration' 'bench pubsub --messages' 'bench pubsub --msgs' 'bench pubsub --warmup' 'bench pubsub --threads' 'bench pubsub --engine' 'bench pubsub --seed' 'bench pubsub --subscribers' 'bench pubsub --queue' 'bench pubsub --clients' 'bench pubsub --rate' 'bench pubsub --arrivals' 'bench pubsub --ramp' 'bench pubsub --size' 'bench pubsub --payload' 'bench pubsub --subjects' 'bench pubsub --multisubject' 'bench pubsub --header' 'bench pubsub -H' 'bench pubsub --body' 'bench pubsub --file' 'bench pubsub -f' 'bench pubsub --body-lines' 'bench pubsub --slo' 'bench pubsub --runs' 'bench pubsub --against' 'bench pubsub --tolerance' 'bench pubsub --csv' 'bench pubsub --hdr' 'bench pubsub --html' 'bench service --workers' 'bench service -w' 'bench service --endpoint' 'bench service --duration' 'bench service --messages' 'bench service --msgs' 'bench service --warmup' 'bench service --threads' 'bench service --engine' 'bench service --seed' 'bench service --inflight' 'bench service --clients' 'bench service --rate' 'bench service --arrivals' 'bench service --ramp' 'bench service --size' 'bench service --payload' 'bench service --subjects' 'bench service --multisubject' 'bench service --header' 'bench service -H' 'bench service --body' 'bench service --file' 'bench service -f' 'bench service --body-lines' 'bench service --slo' 'bench service --runs' 'bench service --against' 'bench service --tolerance' 'bench service --csv' 'bench service --hdr' 'bench service --html' 'bench sub --duration' 'bench sub --messages' 'bench sub --msgs' 'bench sub --warmup' 'bench sub --threads' 'bench sub --engine' 'bench sub --seed' 'bench sub --subscribers' 'bench sub --queue' 'bench sub --subjects' 'bench sub --multisubject' 'bench sub --slo' 'bench sub --runs' 'bench sub --against' 'bench sub --tolerance' 'bench sub --csv' 'bench sub --hdr' 'bench sub --html' 'bench suite --runs' 'bench suite --against' 'bench suite --tolerance' 'bench suite --csv' 'bench suite --hdr' 'bench suite --html' 'bench compare --tolerance' 'bench compare --html' 'run --serve' 'run --workers' 'run -w' 'server --host' 'server --port' 'server -p' 'server --http' 'server --max-pending' 'server --ready-file' 'server --log' 'context --description' 'context add --description' 'context save --description' 'context copy --description' 'rtt --count' 'rtt -n'
            return 0
    end
    return 1
end

# Whether the cursor is where such a thing is due:
#   command            a command's name
#   flag [COMMAND]     a flag, of that command or of all
#   operand COMMAND N  its Nth operand; N- for that and all that follow
#   program            a program, or an argument of it, behind "--"
function __natsctl_at -a what wanted place
    set -l tokens (commandline -opc)
    set -l command ''
    set -l position 1
    set -l pending 0
    set -l dashes 0
    for token in $tokens[2..-1]
        if test $pending = 1
            set pending 0
        else if test $dashes = 1
            set position (math $position + 1)
        else if test "$token" = --
            set dashes 1
        else if string match -qr -- '^--.*=' $token
            continue
        else if string match -qr -- '^--|^-.$' $token
            __natsctl_takes_value "$command" $token; and set pending 1
        else if string match -qr -- '^-[A-Za-z]+$' $token
            # Several short ones in a word: only the last can take what follows.
            __natsctl_takes_value "$command" -(string sub -s -1 -- $token); and set pending 1
        else if test -z "$command"
            set command (__natsctl_command $token)
        else if test $position = 1; and set -l subcommand (__natsctl_subcommand $command $token)
            set command $subcommand
        else
            set position (math $position + 1)
        end
    end

    set -l in_program 0
    test $dashes = 1; and __natsctl_runs_program "$command"; and set in_program 1
    switch $what
        case program
            test $in_program = 1
        case command
            test -z "$command" -a $dashes = 0
        case flag
            test $in_program = 0; and begin
                test -z "$wanted"; or test "$wanted" = "$command"
            end
        case operand
            test $in_program = 0 -a "$wanted" = "$command"; or return
            if string match -q -- '*-' $place
                test $position -ge (string trim -r -c - -- $place)
            else
                test $position = $place
            end
    end
end

# Asks natsctl. What it answers is not to be trusted: fish takes each line for a text, and quotes it.
function __natsctl_ask -a kind
    begin
        commandline -opc
        commandline -ct
    end | string join0 | command natsctl __complete $kind fish 2>/dev/null
end

# Behind the "--" of a command that runs another: what fish offers for that.
function __natsctl_program
    set -l tokens (commandline -opc)
    set -l start (contains -i -- -- $tokens)
    set -l program
    test (count $tokens) -gt $start; and set program (string escape -- $tokens[(math $start + 1)..-1])
    complete -C (string join ' ' -- $program (commandline -ct))
end

complete -c natsctl -n '__natsctl_at program' -f -a '(__natsctl_program)'

complete -c natsctl -f

complete -c natsctl -n '__natsctl_at command' -a serve -d 'Run a service with a supervised pool of workers'
complete -c natsctl -n '__natsctl_at command' -a pool -d 'See, scale, reload and stop the pools that run here'
complete -c natsctl -n '__natsctl_at command' -a request -d 'Send a request and print the reply'
complete -c natsctl -n '__natsctl_at command' -a reply -d 'Answer requests with a canned reply'
complete -c natsctl -n '__natsctl_at command' -a pub -d 'Publish a message, or many'
complete -c natsctl -n '__natsctl_at command' -a sub -d 'Print the messages that are published'
complete -c natsctl -n '__natsctl_at command' -a service -d 'See the services of a server, and wait for them'
complete -c natsctl -n '__natsctl_at command' -a bench -d 'Measure how fast services and servers are'
complete -c natsctl -n '__natsctl_at command' -a run -d 'Run a command with a NATS server of its own'
complete -c natsctl -n '__natsctl_at command' -a server -d 'Run a NATS server for development and tests'
complete -c natsctl -n '__natsctl_at command' -a context -d 'Manage the saved connection settings'
complete -c natsctl -n '__natsctl_at command' -a rtt -d 'Measure the round trip to each server'
complete -c natsctl -n '__natsctl_at command' -a doctor -d 'Find out why a connection fails, and what mends it'
complete -c natsctl -n '__natsctl_at command' -a completion -d 'Print the completion script of a shell'
complete -c natsctl -n '__natsctl_at command' -a help -d 'Show the help of a command, or of a topic'

complete -c natsctl -n '__natsctl_at flag' -l server -s s -r -f -d 'Servers, with commas between them (NATS_URL)'
complete -c natsctl -n '__natsctl_at flag' -l context -r -f -a '(__natsctl_ask context)' -d 'A context of the nats command (NATS_CONTEXT)'
complete -c natsctl -n '__natsctl_at flag' -l no-context -d 'Leave the selected context out'
complete -c natsctl -n '__natsctl_at flag' -l creds -r -F -d 'File with a user JWT and its seed (NATS_CREDS)'
complete -c natsctl -n '__natsctl_at flag' -l nkey -r -F -d 'File with an nkey seed (NATS_NKEY)'
complete -c natsctl -n '__natsctl_at flag' -l jwt -r -F -d 'User JWT, or a file with it (NATS_JWT)'
complete -c natsctl -n '__natsctl_at flag' -l seed -r -F -d 'The JWT\'s seed, or a file with it (NATS_SEED)'
complete -c natsctl -n '__natsctl_at flag' -l user -r -f -d 'User, or without a password a token (NATS_USER)'
complete -c natsctl -n '__natsctl_at flag' -l password -r -f -d 'Password of --user (NATS_PASSWORD)'
complete -c natsctl -n '__natsctl_at flag' -l token -r -f -d 'Token (NATS_TOKEN)'
complete -c natsctl -n '__natsctl_at flag' -l tlscert -r -F -d 'Client certificate file (NATS_CERT)'
complete -c natsctl -n '__natsctl_at flag' -l tlskey -r -F -d 'The certificate\'s key file (NATS_KEY)'
complete -c natsctl -n '__natsctl_at flag' -l tlsca -r -F -d 'File of the authority to trust (NATS_CA)'
complete -c natsctl -n '__natsctl_at flag' -l tlsfirst -d 'TLS before the server\'s greeting'
complete -c natsctl -n '__natsctl_at flag' -l timeout -r -f -d 'Bounds one try to connect, and one wait for a reply (NATS_TIMEOUT)'
complete -c natsctl -n '__natsctl_at flag' -l wait-server -r -f -d 'Keep trying this long while no server answers'
complete -c natsctl -n '__natsctl_at flag' -l inbox-prefix -r -f -d 'Prefix of reply subjects'
complete -c natsctl -n '__natsctl_at flag' -l connection-name -r -f -d 'Name in the server\'s list of connections'
complete -c natsctl -n '__natsctl_at flag' -l json -s j -d 'JSON, an object a line'
complete -c natsctl -n '__natsctl_at flag' -l quiet -s q -d 'Only data and errors'
complete -c natsctl -n '__natsctl_at flag' -l verbose -d 'Tell more; show the stack of an error'
complete -c natsctl -n '__natsctl_at flag' -l trace -d 'Show the client protocol on stderr, secrets masked'
complete -c natsctl -n '__natsctl_at flag' -l no-color -d 'No colours (NO_COLOR)'
complete -c natsctl -n '__natsctl_at flag' -l help -s h -d 'Show help'
complete -c natsctl -n '__natsctl_at flag' -l version -d 'Show the version'
complete -c natsctl -n '__natsctl_at operand pool 1' -a ls -d 'List the pools of this user that run on this machine'
complete -c natsctl -n '__natsctl_at operand pool 1' -a status -d 'Show how a pool and each of its workers are'
complete -c natsctl -n '__natsctl_at operand pool 1' -a scale -d 'Have a pool run with so many workers; those that go are drained'
complete -c natsctl -n '__natsctl_at operand pool 1' -a reload -d 'Replace the workers one by one with what there is to load now, no request lost'
complete -c natsctl -n '__natsctl_at operand pool 1' -a stop -d 'Have a pool answer what it has in hand and end'
complete -c natsctl -n '__natsctl_at operand service 1' -a ls -d 'List the services that answer, and what they have done'
complete -c natsctl -n '__natsctl_at operand service 1' -a info -d 'Show what a service is, where it listens, and its instances'
complete -c natsctl -n '__natsctl_at operand service 1' -a stats -d 'Show what a service has done, by endpoint and by instance'
complete -c natsctl -n '__natsctl_at operand service 1' -a ping -d 'Ask all instances whether they are there, and how long they take to say so'
complete -c natsctl -n '__natsctl_at operand service 1' -a wait -d 'Wait until enough instances of a service answer'
complete -c natsctl -n '__natsctl_at operand bench 1' -a request -d 'Measure how fast requests are answered'
complete -c natsctl -n '__natsctl_at operand bench 1' -a pub -d 'Measure how fast a server takes messages'
complete -c natsctl -n '__natsctl_at operand bench 1' -a pubsub -d 'Measure how messages get from publishers to subscribers'
complete -c natsctl -n '__natsctl_at operand bench 1' -a service -d 'Start a pool of a service, measure how fast it answers, and stop it'
complete -c natsctl -n '__natsctl_at operand bench 1' -a sub -d 'Measure what arrives of a load that is made elsewhere, from its first message on'
complete -c natsctl -n '__natsctl_at operand bench 1' -a suite -d 'Measure several workloads in turn, so that they compare'
complete -c natsctl -n '__natsctl_at operand bench 1' -a compare -d 'Say which of two reports is faster, and call no noise a change'
complete -c natsctl -n '__natsctl_at operand context 1' -a add -d 'Save a context with what the connection flags say, or change those settings of one'
complete -c natsctl -n '__natsctl_at operand context 1' -a save -d 'Save a context with what the connection flags say, or change those settings of one'
complete -c natsctl -n '__natsctl_at operand context 1' -a copy -d 'Save a copy of a context, with what the connection flags say in place of what it has'
complete -c natsctl -n '__natsctl_at operand context 1' -a edit -d 'Edit a context in $VISUAL, else $EDITOR'
complete -c natsctl -n '__natsctl_at operand context 1' -a ls -d 'List the contexts, with a * before the selected one'
complete -c natsctl -n '__natsctl_at operand context 1' -a show -d 'Show a context, secrets masked'
complete -c natsctl -n '__natsctl_at operand context 1' -a info -d 'Show a context, secrets masked'
complete -c natsctl -n '__natsctl_at operand context 1' -a select -d 'Use a context in all commands that name no server and no other context'
complete -c natsctl -n '__natsctl_at operand context 1' -a unselect -d 'Have no context selected'
complete -c natsctl -n '__natsctl_at operand context 1' -a previous -d 'Select the context that was selected before'
complete -c natsctl -n '__natsctl_at operand context 1' -a rm -d 'Remove a context, and the selection where it is the selected one'
complete -c natsctl -n '__natsctl_at operand context 1' -a validate -d 'Check contexts: what they hold, that their files are there and of use'

complete -c natsctl -n '__natsctl_at operand serve 1' -f -a 'echo greeter registry time'
complete -c natsctl -n '__natsctl_at operand serve 2-' -f -a 'echo greeter registry time'
complete -c natsctl -n '__natsctl_at flag serve' -l workers -s w -r -f -a 'auto' -d 'How many, 1 to 256; auto: one a processor'
complete -c natsctl -n '__natsctl_at flag serve' -l queue -r -f -d 'Queue group that the workers join'
complete -c natsctl -n '__natsctl_at flag serve' -l handler-timeout -r -f -d 'A caller is told error 504 after so long'
complete -c natsctl -n '__natsctl_at flag serve' -l concurrency -r -f -d 'Requests at a time in each worker'
complete -c natsctl -n '__natsctl_at flag serve' -l max-queued -r -f -d 'Requests that wait for --concurrency'
complete -c natsctl -n '__natsctl_at flag serve' -l overload -r -f -a 'reject queue' -d 'Past that: error 429 at once, or left unread'
complete -c natsctl -n '__natsctl_at flag serve' -l watchdog -r -f -d 'Silent for so long, it is killed and replaced'
complete -c natsctl -n '__natsctl_at flag serve' -l memory-limit -r -f -d 'Replaced before it uses so much, such as 256MB'
complete -c natsctl -n '__natsctl_at flag serve' -l max-requests -r -f -d 'Replaced once it has taken so many'
complete -c natsctl -n '__natsctl_at flag serve' -l log -r -f -a 'text json off' -d 'Log of requests on stderr: text, json, off'
complete -c natsctl -n '__natsctl_at flag serve' -l grace -r -f -d 'How long requests in hand may take at the end'
complete -c natsctl -n '__natsctl_at flag serve' -l ready-file -r -F -d 'Write this file once all workers serve; removed at the end'
complete -c natsctl -n '__natsctl_at flag serve' -l health -r -f -d 'Serve /livez, /readyz, /metrics over HTTP'
complete -c natsctl -n '__natsctl_at flag serve' -l config -r -F -d 'File of several pools'
complete -c natsctl -n '__natsctl_at flag serve' -l watch -d 'Replace the workers where a module, or what it imports, changes'
complete -c natsctl -n '__natsctl_at flag serve' -l register -d 'Keep each instance registered with the registry, another service'
complete -c natsctl -n '__natsctl_at flag serve' -l register-ttl -r -f -d 'How long it knows one that has died'
complete -c natsctl -n '__natsctl_at flag serve' -l embedded -d 'Start a development server if none answers, even in production'
complete -c natsctl -n '__natsctl_at flag serve' -l no-embedded -d 'Never start one (NATSCTL_EMBEDDED=0)'
complete -c natsctl -n '__natsctl_at flag serve' -l exec -d 'Run it for each request: the body is stdin, stdout the reply'
complete -c natsctl -n '__natsctl_at flag serve' -l stdio -d 'One in each worker; a line of JSON for each request and reply'
complete -c natsctl -n '__natsctl_at flag serve' -l subject -r -f -a '(__natsctl_ask subject)' -d 'What it answers on; may be repeated'
complete -c natsctl -n '__natsctl_at flag serve' -l name -r -f -d 'Of the service'

complete -c natsctl -n '__natsctl_at flag pool' -l watch -s w -d 'Once a second, until Ctrl-C'
complete -c natsctl -n '__natsctl_at flag pool' -l for -r -f -d 'How long it may take; it is done all the same'


complete -c natsctl -n '__natsctl_at operand "pool status" 1' -f -a '(__natsctl_ask pool)'
complete -c natsctl -n '__natsctl_at flag "pool status"' -l watch -s w -d 'Once a second, until Ctrl-C'

complete -c natsctl -n '__natsctl_at operand "pool scale" 2' -f -a '(__natsctl_ask pool)'
complete -c natsctl -n '__natsctl_at flag "pool scale"' -l for -r -f -d 'How long it may take; it is done all the same'

complete -c natsctl -n '__natsctl_at operand "pool reload" 1' -f -a '(__natsctl_ask pool)'
complete -c natsctl -n '__natsctl_at flag "pool reload"' -l for -r -f -d 'How long it may take; it is done all the same'

complete -c natsctl -n '__natsctl_at operand "pool stop" 1' -f -a '(__natsctl_ask pool)'
complete -c natsctl -n '__natsctl_at flag "pool stop"' -l for -r -f -d 'How long it may take; it is done all the same'

complete -c natsctl -n '__natsctl_at operand request 1' -f -a '(__natsctl_ask subject)'
complete -c natsctl -n '__natsctl_at flag request' -l header -s H -r -f -d 'A header, Name:Value; may be repeated'
complete -c natsctl -n '__natsctl_at flag request' -l file -s f -r -F -d 'Send the content of a file'
complete -c natsctl -n '__natsctl_at flag request' -l no-stdin -d 'Never read stdin'
complete -c natsctl -n '__natsctl_at flag request' -l retries -r -f -d 'Tries after a failure that may pass'
complete -c natsctl -n '__natsctl_at flag request' -l wait -r -f -d 'Wait so long for a server and a responder'
complete -c natsctl -n '__natsctl_at flag request' -l lines -d 'A request for each line of stdin, or --file'
complete -c natsctl -n '__natsctl_at flag request' -l null -d 'The same with NUL for the line end, also out'
complete -c natsctl -n '__natsctl_at flag request' -l ndjson -d 'A request for each line, JSON as of sub --json'
complete -c natsctl -n '__natsctl_at flag request' -l concurrency -r -f -d 'Requests at a time'
complete -c natsctl -n '__natsctl_at flag request' -l unordered -d 'Print replies as they come'
complete -c natsctl -n '__natsctl_at flag request' -l repeat -r -f -d 'The same request N times, and how long it takes'
complete -c natsctl -n '__natsctl_at flag request' -l replies -r -f -a 'all' -d 'Wait for N, or for all in --timeout'
complete -c natsctl -n '__natsctl_at flag request' -l idle -r -f -d 'No further reply for so long ends --replies'
complete -c natsctl -n '__natsctl_at flag request' -l expect -r -f -d 'Fail with 8 where the body is not this'
complete -c natsctl -n '__natsctl_at flag request' -l expect-match -r -f -d 'The same, for a regular expression in it'
complete -c natsctl -n '__natsctl_at flag request' -l expect-json -r -f -d 'The same, for PATH=JSON; may be repeated'
complete -c natsctl -n '__natsctl_at flag request' -l raw -s r -d 'Never escape the body, not even on a terminal'
complete -c natsctl -n '__natsctl_at flag request' -l no-newline -d 'Print the bytes of the body alone'

complete -c natsctl -n '__natsctl_at operand reply 1' -f -a '(__natsctl_ask subject)'
complete -c natsctl -n '__natsctl_at flag reply' -l echo -d 'Answer with what was asked, headers included'
complete -c natsctl -n '__natsctl_at flag reply' -l error -r -f -d 'Answer with an error of the service, CODE:TEXT'
complete -c natsctl -n '__natsctl_at flag reply' -l header -s H -r -f -d 'A header of the answer, Name:Value; may be repeated'
complete -c natsctl -n '__natsctl_at flag reply' -l templates -d 'Fill in {{Request}}, {{Count}}, {{Time}}, {{ID}}, {{Random 1 9}}'
complete -c natsctl -n '__natsctl_at flag reply' -l file -s f -r -F -d 'Answer with the content of a file'
complete -c natsctl -n '__natsctl_at flag reply' -l no-stdin -d 'Never read stdin'
complete -c natsctl -n '__natsctl_at flag reply' -l queue -r -f -d 'Queue group to share the requests with'
complete -c natsctl -n '__natsctl_at flag reply' -l count -r -f -d 'Exit with 0 after so many requests'
complete -c natsctl -n '__natsctl_at flag reply' -l delay -r -f -d 'Answer each request so long after it came'
complete -c natsctl -n '__natsctl_at flag reply' -l ready-file -r -F -d 'Write this file once the server has confirmed; removed at the end'

complete -c natsctl -n '__natsctl_at operand pub 1' -f -a '(__natsctl_ask subject)'
complete -c natsctl -n '__natsctl_at flag pub' -l header -s H -r -f -d 'A header, Name:Value; may be repeated'
complete -c natsctl -n '__natsctl_at flag pub' -l reply -r -f -a '(__natsctl_ask subject)' -d 'Where replies are to go'
complete -c natsctl -n '__natsctl_at flag pub' -l file -s f -r -F -d 'Publish the content of a file'
complete -c natsctl -n '__natsctl_at flag pub' -l no-stdin -d 'Never read stdin'
complete -c natsctl -n '__natsctl_at flag pub' -l templates -d 'Fill in {{Count}} {{Time}} {{TimeStamp}} {{Unix}} {{UnixNano}} {{ID}} {{Random 1 9}}'
complete -c natsctl -n '__natsctl_at flag pub' -l lines -d 'A message for each line of stdin, or --file'
complete -c natsctl -n '__natsctl_at flag pub' -l null -d 'The same with NUL for the line end'
complete -c natsctl -n '__natsctl_at flag pub' -l ndjson -d 'A message for each line, JSON as of sub --json'
complete -c natsctl -n '__natsctl_at flag pub' -l no-reply -d 'Leave out the reply subjects of --ndjson'
complete -c natsctl -n '__natsctl_at flag pub' -l skip-bad -d 'Go on past lines that are no messages'
complete -c natsctl -n '__natsctl_at flag pub' -l count -r -f -d 'The same message so many times'
complete -c natsctl -n '__natsctl_at flag pub' -l rate -r -f -d 'So many a second'
complete -c natsctl -n '__natsctl_at flag pub' -l interval -r -f -d 'One each time so much has gone by: 10ms'

complete -c natsctl -n '__natsctl_at operand sub 1' -f -a '(__natsctl_ask subject)'
complete -c natsctl -n '__natsctl_at operand sub 2-' -f -a '(__natsctl_ask subject)'
complete -c natsctl -n '__natsctl_at flag sub' -l queue -r -f -d 'Share the messages with the members of this queue group'
complete -c natsctl -n '__natsctl_at flag sub' -l ready-file -r -F -d 'Write this once the server has confirmed; removed at the end'
complete -c natsctl -n '__natsctl_at flag sub' -l reconnect -r -f -d 'Wait so long for a lost server'
complete -c natsctl -n '__natsctl_at flag sub' -l count -r -f -d 'After so many messages'
complete -c natsctl -n '__natsctl_at flag sub' -l for -r -f -d 'After this time'
complete -c natsctl -n '__natsctl_at flag sub' -l idle -r -f -d 'After this time without a message'
complete -c natsctl -n '__natsctl_at flag sub' -l expect -r -f -d 'At the first body that is this text'
complete -c natsctl -n '__natsctl_at flag sub' -l expect-match -r -f -d 'At the first body in which this is found'
complete -c natsctl -n '__natsctl_at flag sub' -l expect-json -r -f -d 'At the first JSON body with this: order.id=5'
complete -c natsctl -n '__natsctl_at flag sub' -l raw -s r -d 'The bodies, never escaped, a line end after each'
complete -c natsctl -n '__natsctl_at flag sub' -l no-newline -d 'With --raw: no line ends'
complete -c natsctl -n '__natsctl_at flag sub' -l null -d 'NUL in place of line ends, for xargs -0'
complete -c natsctl -n '__natsctl_at flag sub' -l format -r -f -d '\'{{time}} {{subject}} {{headers.X-Id}} {{data}}\''
complete -c natsctl -n '__natsctl_at flag sub' -l parse -d 'With --json: JSON bodies as json, not data'
complete -c natsctl -n '__natsctl_at flag sub' -l encoding -r -f -a 'utf8 base64 hex' -d 'Bodies as utf8, base64, hex'
complete -c natsctl -n '__natsctl_at flag sub' -l subjects-only -d 'The subjects, one a line'
complete -c natsctl -n '__natsctl_at flag sub' -l headers-only -d 'No bodies'
complete -c natsctl -n '__natsctl_at flag sub' -l timestamps -r -f -a 'absolute delta' -d 'delta: since the start'
complete -c natsctl -n '__natsctl_at flag sub' -l exec -d 'Run what follows -- for each, the body on its stdin'
complete -c natsctl -n '__natsctl_at flag sub' -l concurrency -r -f -d 'So many programs at a time'
complete -c natsctl -n '__natsctl_at flag sub' -l fail-fast -d 'End at the first program that fails'
complete -c natsctl -n '__natsctl_at flag sub' -l dump -r -f -a '(__fish_complete_directories)' -d 'Write each to a file in this folder'
complete -c natsctl -n '__natsctl_at flag sub' -l report -d 'The busiest subjects: messages, rate, bytes'

complete -c natsctl -n '__natsctl_at flag service' -l watch -s w -d 'Once a second, with rates, until Ctrl-C'
complete -c natsctl -n '__natsctl_at flag service' -l instances -r -f -d 'How many have to answer'
complete -c natsctl -n '__natsctl_at flag service' -l for -r -f -d 'How long they may take'

complete -c natsctl -n '__natsctl_at operand "service ls" 1' -f -a '(__natsctl_ask live-service)'

complete -c natsctl -n '__natsctl_at operand "service info" 1' -f -a '(__natsctl_ask live-service)'

complete -c natsctl -n '__natsctl_at operand "service stats" 1' -f -a '(__natsctl_ask live-service)'
complete -c natsctl -n '__natsctl_at flag "service stats"' -l watch -s w -d 'Once a second, with rates, until Ctrl-C'

complete -c natsctl -n '__natsctl_at operand "service ping" 1' -f -a '(__natsctl_ask live-service)'

complete -c natsctl -n '__natsctl_at operand "service wait" 1' -f -a '(__natsctl_ask live-service)'
complete -c natsctl -n '__natsctl_at flag "service wait"' -l instances -r -f -d 'How many have to answer'
complete -c natsctl -n '__natsctl_at flag "service wait"' -l for -r -f -d 'How long they may take'

complete -c natsctl -n '__natsctl_at flag bench' -l duration -r -f -d 'How long to measure'
complete -c natsctl -n '__natsctl_at flag bench' -l messages -r -f -d 'Measure so many, in place of a time'
complete -c natsctl -n '__natsctl_at flag bench' -l warmup -r -f -d 'The same load before, which is not counted'
complete -c natsctl -n '__natsctl_at flag bench' -l clients -r -f -d 'Connections that send'
complete -c natsctl -n '__natsctl_at flag bench' -l threads -r -f -d 'Threads that share them'
complete -c natsctl -n '__natsctl_at flag bench' -l inflight -r -f -d 'Requests that wait at each client'
complete -c natsctl -n '__natsctl_at flag bench' -l rate -r -f -d 'So many a second, each at its planned time'
complete -c natsctl -n '__natsctl_at flag bench' -l arrivals -r -f -a 'constant poisson' -d 'Times between those of --rate: constant, poisson'
complete -c natsctl -n '__natsctl_at flag bench' -l ramp -r -f -d 'Find the highest rate that keeps --slo: 100..10000/30s'
complete -c natsctl -n '__natsctl_at flag bench' -l strict-rate -d 'Exit 8 where --rate was not kept within 1 %'
complete -c natsctl -n '__natsctl_at flag bench' -l subscribers -r -f -d 'Connections that receive'
complete -c natsctl -n '__natsctl_at flag bench' -l queue -r -f -d 'Queue group of those that receive'
complete -c natsctl -n '__natsctl_at flag bench' -l workers -s w -r -f -d 'Of the pool'
complete -c natsctl -n '__natsctl_at flag bench' -l endpoint -r -f -d 'Of a service that has several'
complete -c natsctl -n '__natsctl_at flag bench' -l engine -r -f -a 'wire client' -d 'wire: frames of our own; client: nats.js, slower'
complete -c natsctl -n '__natsctl_at flag bench' -l seed -r -f -d 'A number: of all that is random'
complete -c natsctl -n '__natsctl_at flag bench' -l size -r -f -d 'Of a body: 128B, or spread: 64..4096'
complete -c natsctl -n '__natsctl_at flag bench' -l subjects -r -f -d 'Spread over SUBJECT.1 to SUBJECT.N'
complete -c natsctl -n '__natsctl_at flag bench' -l header -s H -r -f -d 'A header, Name:Value; may be repeated'
complete -c natsctl -n '__natsctl_at flag bench' -l body -r -f -d 'A body of your own'
complete -c natsctl -n '__natsctl_at flag bench' -l file -s f -r -F -d 'The content of a file as the body'
complete -c natsctl -n '__natsctl_at flag bench' -l body-lines -r -F -d 'The lines of a file as bodies in turn'
complete -c natsctl -n '__natsctl_at flag bench' -l slo -r -f -d 'Exit 8 above these: p99=5ms,errors=0.1%,lost=0,gap=2s'
complete -c natsctl -n '__natsctl_at flag bench' -l runs -r -f -d 'So many, and the median of them'
complete -c natsctl -n '__natsctl_at flag bench' -l against -r -F -d 'Exit 8 where worse than this report'
complete -c natsctl -n '__natsctl_at flag bench' -l tolerance -r -f -d 'By more than so much'
complete -c natsctl -n '__natsctl_at flag bench' -l force -d 'Compare what was measured otherwise'
complete -c natsctl -n '__natsctl_at flag bench' -l csv -r -F -d 'Write the series, a line a second'
complete -c natsctl -n '__natsctl_at flag bench' -l hdr -r -F -d 'Write the percentiles, in .hgrm form'
complete -c natsctl -n '__natsctl_at flag bench' -l html -r -F -d 'Write a page with charts'

complete -c natsctl -n '__natsctl_at operand "bench request" 1' -f -a '(__natsctl_ask subject)'
complete -c natsctl -n '__natsctl_at flag "bench request"' -l duration -r -f -d 'How long to measure'
complete -c natsctl -n '__natsctl_at flag "bench request"' -l messages -r -f -d 'Measure so many, in place of a time'
complete -c natsctl -n '__natsctl_at flag "bench request"' -l warmup -r -f -d 'The same load before, which is not counted'
complete -c natsctl -n '__natsctl_at flag "bench request"' -l threads -r -f -d 'Threads that share them'
complete -c natsctl -n '__natsctl_at flag "bench request"' -l engine -r -f -a 'wire client' -d 'wire: frames of our own; client: nats.js, slower'
complete -c natsctl -n '__natsctl_at flag "bench request"' -l seed -r -f -d 'A number: of all that is random'
complete -c natsctl -n '__natsctl_at flag "bench request"' -l inflight -r -f -d 'Requests that wait at each client'
complete -c natsctl -n '__natsctl_at flag "bench request"' -l clients -r -f -d 'Connections that send'
complete -c natsctl -n '__natsctl_at flag "bench request"' -l rate -r -f -d 'So many a second, each at its planned time'
complete -c natsctl -n '__natsctl_at flag "bench request"' -l arrivals -r -f -a 'constant poisson' -d 'Times between those of --rate: constant, poisson'
complete -c natsctl -n '__natsctl_at flag "bench request"' -l strict-rate -d 'Exit 8 where --rate was not kept within 1 %'
complete -c natsctl -n '__natsctl_at flag "bench request"' -l ramp -r -f -d 'Find the highest rate that keeps --slo: 100..10000/30s'
complete -c natsctl -n '__natsctl_at flag "bench request"' -l size -r -f -d 'Of a body: 128B, or spread: 64..4096'
complete -c natsctl -n '__natsctl_at flag "bench request"' -l subjects -r -f -d 'Spread over SUBJECT.1 to SUBJECT.N'
complete -c natsctl -n '__natsctl_at flag "bench request"' -l header -s H -r -f -d 'A header, Name:Value; may be repeated'
complete -c natsctl -n '__natsctl_at flag "bench request"' -l body -r -f -d 'A body of your own'
complete -c natsctl -n '__natsctl_at flag "bench request"' -l file -s f -r -F -d 'The content of a file as the body'
complete -c natsctl -n '__natsctl_at flag "bench request"' -l body-lines -r -F -d 'The lines of a file as bodies in turn'
complete -c natsctl -n '__natsctl_at flag "bench request"' -l slo -r -f -d 'Exit 8 above these: p99=5ms,errors=0.1%,lost=0,gap=2s'
complete -c natsctl -n '__natsctl_at flag "bench request"' -l runs -r -f -d 'So many, and the median of them'
complete -c natsctl -n '__natsctl_at flag "bench request"' -l against -r -F -d 'Exit 8 where worse than this report'
complete -c natsctl -n '__natsctl_at flag "bench request"' -l tolerance -r -f -d 'By more than so much'
complete -c natsctl -n '__natsctl_at flag "bench request"' -l force -d 'Compare what was measured otherwise'
complete -c natsctl -n '__natsctl_at flag "bench request"' -l csv -r -F -d 'Write the series, a line a second'
complete -c natsctl -n '__natsctl_at flag "bench request"' -l hdr -r -F -d 'Write the percentiles, in .hgrm form'
complete -c natsctl -n '__natsctl_at flag "bench request"' -l html -r -F -d 'Write a page with charts'

complete -c natsctl -n '__natsctl_at operand "bench pub" 1' -f -a '(__natsctl_ask subject)'
complete -c natsctl -n '__natsctl_at flag "bench pub"' -l duration -r -f -d 'How long to measure'
complete -c natsctl -n '__natsctl_at flag "bench pub"' -l messages -r -f -d 'Measure so many, in place of a time'
complete -c natsctl -n '__natsctl_at flag "bench pub"' -l warmup -r -f -d 'The same load before, which is not counted'
complete -c natsctl -n '__natsctl_at flag "bench pub"' -l threads -r -f -d 'Threads that share them'
complete -c natsctl -n '__natsctl_at flag "bench pub"' -l engine -r -f -a 'wire client' -d 'wire: frames of our own; client: nats.js, slower'
complete -c natsctl -n '__natsctl_at flag "bench pub"' -l seed -r -f -d 'A number: of all that is random'
complete -c natsctl -n '__natsctl_at flag "bench pub"' -l clients -r -f -d 'Connections that send'
complete -c natsctl -n '__natsctl_at flag "bench pub"' -l rate -r -f -d 'So many a second, each at its planned time'
complete -c natsctl -n '__natsctl_at flag "bench pub"' -l arrivals -r -f -a 'constant poisson' -d 'Times between those of --rate: constant, poisson'
complete -c natsctl -n '__natsctl_at flag "bench pub"' -l strict-rate -d 'Exit 8 where --rate was not kept within 1 %'
complete -c natsctl -n '__natsctl_at flag "bench pub"' -l ramp -r -f -d 'Find the highest rate that keeps --slo: 100..10000/30s'
complete -c natsctl -n '__natsctl_at flag "bench pub"' -l size -r -f -d 'Of a body: 128B, or spread: 64..4096'
complete -c natsctl -n '__natsctl_at flag "bench pub"' -l subjects -r -f -d 'Spread over SUBJECT.1 to SUBJECT.N'
complete -c natsctl -n '__natsctl_at flag "bench pub"' -l header -s H -r -f -d 'A header, Name:Value; may be repeated'
complete -c natsctl -n '__natsctl_at flag "bench pub"' -l body -r -f -d 'A body of your own'
complete -c natsctl -n '__natsctl_at flag "bench pub"' -l file -s f -r -F -d 'The content of a file as the body'
complete -c natsctl -n '__natsctl_at flag "bench pub"' -l body-lines -r -F -d 'The lines of a file as bodies in turn'
complete -c natsctl -n '__natsctl_at flag "bench pub"' -l slo -r -f -d 'Exit 8 above these: p99=5ms,errors=0.1%,lost=0,gap=2s'
complete -c natsctl -n '__natsctl_at flag "bench pub"' -l runs -r -f -d 'So many, and the median of them'
complete -c natsctl -n '__natsctl_at flag "bench pub"' -l against -r -F -d 'Exit 8 where worse than this report'
complete -c natsctl -n '__natsctl_at flag "bench pub"' -l tolerance -r -f -d 'By more than so much'
complete -c natsctl -n '__natsctl_at flag "bench pub"' -l force -d 'Compare what was measured otherwise'
complete -c natsctl -n '__natsctl_at flag "bench pub"' -l csv -r -F -d 'Write the series, a line a second'
complete -c natsctl -n '__natsctl_at flag "bench pub"' -l hdr -r -F -d 'Write the percentiles, in .hgrm form'
complete -c natsctl -n '__natsctl_at flag "bench pub"' -l html -r -F -d 'Write a page with charts'

complete -c natsctl -n '__natsctl_at operand "bench pubsub" 1' -f -a '(__natsctl_ask subject)'
complete -c natsctl -n '__natsctl_at flag "bench pubsub"' -l duration -r -f -d 'How long to measure'
complete -c natsctl -n '__natsctl_at flag "bench pubsub"' -l messages -r -f -d 'Measure so many, in place of a time'
complete -c natsctl -n '__natsctl_at flag "bench pubsub"' -l warmup -r -f -d 'The same load before, which is not counted'
complete -c natsctl -n '__natsctl_at flag "bench pubsub"' -l threads -r -f -d 'Threads that share them'
complete -c natsctl -n '__natsctl_at flag "bench pubsub"' -l engine -r -f -a 'wire client' -d 'wire: frames of our own; client: nats.js, slower'
complete -c natsctl -n '__natsctl_at flag "bench pubsub"' -l seed -r -f -d 'A number: of all that is random'
complete -c natsctl -n '__natsctl_at flag "bench pubsub"' -l subscribers -r -f -d 'Connections that receive'
complete -c natsctl -n '__natsctl_at flag "bench pubsub"' -l queue -r -f -d 'Queue group of those that receive'
complete -c natsctl -n '__natsctl_at flag "bench pubsub"' -l clients -r -f -d 'Connections that send'
complete -c natsctl -n '__natsctl_at flag "bench pubsub"' -l rate -r -f -d 'So many a second, each at its planned time'
complete -c natsctl -n '__natsctl_at flag "bench pubsub"' -l arrivals -r -f -a 'constant poisson' -d 'Times between those of --rate: constant, poisson'
complete -c natsctl -n '__natsctl_at flag "bench pubsub"' -l strict-rate -d 'Exit 8 where --rate was not kept within 1 %'
complete -c natsctl -n '__natsctl_at flag "bench pubsub"' -l ramp -r -f -d 'Find the highest rate that keeps --slo: 100..10000/30s'
complete -c natsctl -n '__natsctl_at flag "bench pubsub"' -l size -r -f -d 'Of a body: 128B, or spread: 64..4096'
complete -c natsctl -n '__natsctl_at flag "bench pubsub"' -l subjects -r -f -d 'Spread over SUBJECT.1 to SUBJECT.N'
complete -c natsctl -n '__natsctl_at flag "bench pubsub"' -l header -s H -r -f -d 'A header, Name:Value; may be repeated'
complete -c natsctl -n '__natsctl_at flag "bench pubsub"' -l body -r -f -d 'A body of your own'
complete -c natsctl -n '__natsctl_at flag "bench pubsub"' -l file -s f -r -F -d 'The content of a file as the body'
complete -c natsctl -n '__natsctl_at flag "bench pubsub"' -l body-lines -r -F -d 'The lines of a file as bodies in turn'
complete -c natsctl -n '__natsctl_at flag "bench pubsub"' -l slo -r -f -d 'Exit 8 above these: p99=5ms,errors=0.1%,lost=0,gap=2s'
complete -c natsctl -n '__natsctl_at flag "bench pubsub"' -l runs -r -f -d 'So many, and the median of them'
complete -c natsctl -n '__natsctl_at flag "bench pubsub"' -l against -r -F -d 'Exit 8 where worse than this report'
complete -c natsctl -n '__natsctl_at flag "bench pubsub"' -l tolerance -r -f -d 'By more than so much'
complete -c natsctl -n '__natsctl_at flag "bench pubsub"' -l force -d 'Compare what was measured otherwise'
complete -c natsctl -n '__natsctl_at flag "bench pubsub"' -l csv -r -F -d 'Write the series, a line a second'
complete -c natsctl -n '__natsctl_at flag "bench pubsub"' -l hdr -r -F -d 'Write the percentiles, in .hgrm form'
complete -c natsctl -n '__natsctl_at flag "bench pubsub"' -l html -r -F -d 'Write a page with charts'

complete -c natsctl -n '__natsctl_at operand "bench service" 1' -f -a 'echo greeter registry time'
complete -c natsctl -n '__natsctl_at flag "bench service"' -l workers -s w -r -f -d 'Of the pool'
complete -c natsctl -n '__natsctl_at flag "bench service"' -l endpoint -r -f -d 'Of a service that has several'
complete -c natsctl -n '__natsctl_at flag "bench service"' -l duration -r -f -d 'How long to measure'
complete -c natsctl -n '__natsctl_at flag "bench service"' -l messages -r -f -d 'Measure so many, in place of a time'
complete -c natsctl -n '__natsctl_at flag "bench service"' -l warmup -r -f -d 'The same load before, which is not counted'
complete -c natsctl -n '__natsctl_at flag "bench service"' -l threads -r -f -d 'Threads that share them'
complete -c natsctl -n '__natsctl_at flag "bench service"' -l engine -r -f -a 'wire client' -d 'wire: frames of our own; client: nats.js, slower'
complete -c natsctl -n '__natsctl_at flag "bench service"' -l seed -r -f -d 'A number: of all that is random'
complete -c natsctl -n '__natsctl_at flag "bench service"' -l inflight -r -f -d 'Requests that wait at each client'
complete -c natsctl -n '__natsctl_at flag "bench service"' -l clients -r -f -d 'Connections that send'
complete -c natsctl -n '__natsctl_at flag "bench service"' -l rate -r -f -d 'So many a second, each at its planned time'
complete -c natsctl -n '__natsctl_at flag "bench service"' -l arrivals -r -f -a 'constant poisson' -d 'Times between those of --rate: constant, poisson'
complete -c natsctl -n '__natsctl_at flag "bench service"' -l strict-rate -d 'Exit 8 where --rate was not kept within 1 %'
complete -c natsctl -n '__natsctl_at flag "bench service"' -l ramp -r -f -d 'Find the highest rate that keeps --slo: 100..10000/30s'
complete -c natsctl -n '__natsctl_at flag "bench service"' -l size -r -f -d 'Of a body: 128B, or spread: 64..4096'
complete -c natsctl -n '__natsctl_at flag "bench service"' -l subjects -r -f -d 'Spread over SUBJECT.1 to SUBJECT.N'
complete -c natsctl -n '__natsctl_at flag "bench service"' -l header -s H -r -f -d 'A header, Name:Value; may be repeated'
complete -c natsctl -n '__natsctl_at flag "bench service"' -l body -r -f -d 'A body of your own'
complete -c natsctl -n '__natsctl_at flag "bench service"' -l file -s f -r -F -d 'The content of a file as the body'
complete -c natsctl -n '__natsctl_at flag "bench service"' -l body-lines -r -F -d 'The lines of a file as bodies in turn'
complete -c natsctl -n '__natsctl_at flag "bench service"' -l slo -r -f -d 'Exit 8 above these: p99=5ms,errors=0.1%,lost=0,gap=2s'
complete -c natsctl -n '__natsctl_at flag "bench service"' -l runs -r -f -d 'So many, and the median of them'
complete -c natsctl -n '__natsctl_at flag "bench service"' -l against -r -F -d 'Exit 8 where worse than this report'
complete -c natsctl -n '__natsctl_at flag "bench service"' -l tolerance -r -f -d 'By more than so much'
complete -c natsctl -n '__natsctl_at flag "bench service"' -l force -d 'Compare what was measured otherwise'
complete -c natsctl -n '__natsctl_at flag "bench service"' -l csv -r -F -d 'Write the series, a line a second'
complete -c natsctl -n '__natsctl_at flag "bench service"' -l hdr -r -F -d 'Write the percentiles, in .hgrm form'
complete -c natsctl -n '__natsctl_at flag "bench service"' -l html -r -F -d 'Write a page with charts'

complete -c natsctl -n '__natsctl_at operand "bench sub" 1' -f -a '(__natsctl_ask subject)'
complete -c natsctl -n '__natsctl_at flag "bench sub"' -l duration -r -f -d 'How long to measure'
complete -c natsctl -n '__natsctl_at flag "bench sub"' -l messages -r -f -d 'Measure so many, in place of a time'
complete -c natsctl -n '__natsctl_at flag "bench sub"' -l warmup -r -f -d 'The same load before, which is not counted'
complete -c natsctl -n '__natsctl_at flag "bench sub"' -l threads -r -f -d 'Threads that share them'
complete -c natsctl -n '__natsctl_at flag "bench sub"' -l engine -r -f -a 'wire client' -d 'wire: frames of our own; client: nats.js, slower'
complete -c natsctl -n '__natsctl_at flag "bench sub"' -l seed -r -f -d 'A number: of all that is random'
complete -c natsctl -n '__natsctl_at flag "bench sub"' -l subscribers -r -f -d 'Connections that receive'
complete -c natsctl -n '__natsctl_at flag "bench sub"' -l queue -r -f -d 'Queue group of those that receive'
complete -c natsctl -n '__natsctl_at flag "bench sub"' -l subjects -r -f -d 'Spread over SUBJECT.1 to SUBJECT.N'
complete -c natsctl -n '__natsctl_at flag "bench sub"' -l slo -r -f -d 'Exit 8 above these: p99=5ms,errors=0.1%,lost=0,gap=2s'
complete -c natsctl -n '__natsctl_at flag "bench sub"' -l runs -r -f -d 'So many, and the median of them'
complete -c natsctl -n '__natsctl_at flag "bench sub"' -l against -r -F -d 'Exit 8 where worse than this report'
complete -c natsctl -n '__natsctl_at flag "bench sub"' -l tolerance -r -f -d 'By more than so much'
complete -c natsctl -n '__natsctl_at flag "bench sub"' -l force -d 'Compare what was measured otherwise'
complete -c natsctl -n '__natsctl_at flag "bench sub"' -l csv -r -F -d 'Write the series, a line a second'
complete -c natsctl -n '__natsctl_at flag "bench sub"' -l hdr -r -F -d 'Write the percentiles, in .hgrm form'
complete -c natsctl -n '__natsctl_at flag "bench sub"' -l html -r -F -d 'Write a page with charts'

complete -c natsctl -n '__natsctl_at operand "bench suite" 1' -F
complete -c natsctl -n '__natsctl_at flag "bench suite"' -l runs -r -f -d 'So many, and the median of them'
complete -c natsctl -n '__natsctl_at flag "bench suite"' -l against -r -F -d 'Exit 8 where worse than this report'
complete -c natsctl -n '__natsctl_at flag "bench suite"' -l tolerance -r -f -d 'By more than so much'
complete -c natsctl -n '__natsctl_at flag "bench suite"' -l force -d 'Compare what was measured otherwise'
complete -c natsctl -n '__natsctl_at flag "bench suite"' -l csv -r -F -d 'Write the series, a line a second'
complete -c natsctl -n '__natsctl_at flag "bench suite"' -l hdr -r -F -d 'Write the percentiles, in .hgrm form'
complete -c natsctl -n '__natsctl_at flag "bench suite"' -l html -r -F -d 'Write a page with charts'

complete -c natsctl -n '__natsctl_at operand "bench compare" 1' -F
complete -c natsctl -n '__natsctl_at operand "bench compare" 2' -F
complete -c natsctl -n '__natsctl_at flag "bench compare"' -l tolerance -r -f -d 'By more than so much'
complete -c natsctl -n '__natsctl_at flag "bench compare"' -l force -d 'Compare what was measured otherwise'
complete -c natsctl -n '__natsctl_at flag "bench compare"' -l html -r -F -d 'Write a page with charts'

complete -c natsctl -n '__natsctl_at flag run' -l serve -r -f -a 'echo greeter registry time' -d 'A service to run beside it, ./orders.ts or greeter; may be repeated'
complete -c natsctl -n '__natsctl_at flag run' -l workers -s w -r -f -a 'auto' -d 'Workers of each service'

complete -c natsctl -n '__natsctl_at flag server' -l host -r -f -d 'Address to listen on'
complete -c natsctl -n '__natsctl_at flag server' -l port -s p -r -f -d 'Port; 0 picks a free one'
complete -c natsctl -n '__natsctl_at flag server' -l http -r -f -d 'Monitoring pages, [HOST:]PORT: /healthz, /varz, /connz, /subsz'
complete -c natsctl -n '__natsctl_at flag server' -l max-pending -r -f -d 'Close a client with more than this waiting for it'
complete -c natsctl -n '__natsctl_at flag server' -l ready-file -r -F -d 'Write this file once it listens; removed at the end'
complete -c natsctl -n '__natsctl_at flag server' -l log -r -f -a 'text json off' -d 'Log on stderr: text, json, off'

complete -c natsctl -n '__natsctl_at flag context' -l description -r -f -d 'What ls says of it'
complete -c natsctl -n '__natsctl_at flag context' -l select -d 'Select it as well'
complete -c natsctl -n '__natsctl_at flag context' -l names -d 'The names alone'
complete -c natsctl -n '__natsctl_at flag context' -l connect -d 'Connect with it as well'
complete -c natsctl -n '__natsctl_at flag context' -l force -s f -d 'Never ask; content where there is none'

complete -c natsctl -n '__natsctl_at operand "context add" 1' -f -a '(__natsctl_ask context)'
complete -c natsctl -n '__natsctl_at flag "context add"' -l description -r -f -d 'What ls says of it'
complete -c natsctl -n '__natsctl_at flag "context add"' -l select -d 'Select it as well'

complete -c natsctl -n '__natsctl_at operand "context save" 1' -f -a '(__natsctl_ask context)'
complete -c natsctl -n '__natsctl_at flag "context save"' -l description -r -f -d 'What ls says of it'
complete -c natsctl -n '__natsctl_at flag "context save"' -l select -d 'Select it as well'

complete -c natsctl -n '__natsctl_at operand "context copy" 1' -f -a '(__natsctl_ask context)'
complete -c natsctl -n '__natsctl_at flag "context copy"' -l description -r -f -d 'What ls says of it'
complete -c natsctl -n '__natsctl_at flag "context copy"' -l select -d 'Select it as well'

complete -c natsctl -n '__natsctl_at operand "context edit" 1' -f -a '(__natsctl_ask context)'

complete -c natsctl -n '__natsctl_at flag "context ls"' -l names -d 'The names alone'

complete -c natsctl -n '__natsctl_at operand "context show" 1' -f -a '(__natsctl_ask context)'
complete -c natsctl -n '__natsctl_at flag "context show"' -l connect -d 'Connect with it as well'

complete -c natsctl -n '__natsctl_at operand "context info" 1' -f -a '(__natsctl_ask context)'
complete -c natsctl -n '__natsctl_at flag "context info"' -l connect -d 'Connect with it as well'

complete -c natsctl -n '__natsctl_at operand "context select" 1' -f -a '(__natsctl_ask context)'



complete -c natsctl -n '__natsctl_at operand "context rm" 1' -f -a '(__natsctl_ask context)'
complete -c natsctl -n '__natsctl_at flag "context rm"' -l force -s f -d 'Never ask; content where there is none'

complete -c natsctl -n '__natsctl_at operand "context validate" 1' -f -a '(__natsctl_ask context)'
complete -c natsctl -n '__natsctl_at operand "context validate" 2-' -f -a '(__natsctl_ask context)'
complete -c natsctl -n '__natsctl_at flag "context validate"' -l connect -d 'Connect with it as well'

complete -c natsctl -n '__natsctl_at flag rtt' -l count -s n -r -f -d 'Round trips to measure at each address'


complete -c natsctl -n '__natsctl_at operand completion 1' -f -a 'bash zsh fish'

complete -c natsctl -n '__natsctl_at operand help 1' -f -a 'serve pool request reply pub sub service bench run server context rtt doctor completion help topics connection contexts environment exit-codes scripts subjects'
