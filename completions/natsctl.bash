# bash completion for natsctl: natsctl completion --help says where to put it.
# Made out of the commands' definitions by `npm run completions`: change those, not this.
# Commands, flags and choices stand here; contexts, subjects, services and pools natsctl is asked for when the key is pressed.

# What a flag's value is, in `due`: nothing where it takes none, `text` where there is nothing to offer.
__natsctl_flag() { # COMMAND FLAG
  case "$1 $2" in
    *' --server' | *' -s' | *' --user' | *' --password' | *' --token' | *' --timeout' | *' --wait-server' | *' --inbox-prefix' | *' --connection-name' | 'serve --queue' | 'serve --handler-timeout' | 'serve --concurrency' | 'serve --max-queued' | 'serve --watchdog' | 'serve --memory-limit' | 'serve --max-requests' | 'serve --grace' | 'serve --health' | 'serve --register-ttl' | 'serve --name' | 'pool --for' | 'pool scale --for' | 'pool reload --for' | 'pool stop --for' | 'request --header' | 'request -H' | 'request --retries' | 'request --wait' | 'request --concurrency' | 'request --repeat' | 'request --idle' | 'request --reply-timeout' | 'request --expect' | 'request --expect-match' | 'request --expect-json' | 'reply --error' | 'reply --header' | 'reply -H' | 'reply --queue' | 'reply --count' | 'reply --delay' | 'pub --header' | 'pub -H' | 'pub --count' | 'pub --rate' | 'pub --interval' | 'pub --sleep' | 'sub --queue' | 'sub --reconnect' | 'sub --count' | 'sub --for' | 'sub --idle' | 'sub --wait' | 'sub --expect' | 'sub --expect-match' | 'sub --expect-json' | 'sub --format' | 'sub --concurrency' | 'sub --report-top' | 'service --instances' | 'service --for' | 'service wait --instances' | 'service wait --for' | 'bench --duration' | 'bench --messages' | 'bench --msgs' | 'bench --warmup' | 'bench --clients' | 'bench --threads' | 'bench --inflight' | 'bench --rate' | 'bench --ramp' | 'bench --subscribers' | 'bench --queue' | 'bench --workers' | 'bench -w' | 'bench --endpoint' | 'bench --seed' | 'bench --size' | 'bench --payload' | 'bench --subjects' | 'bench --multisubject' | 'bench --header' | 'bench -H' | 'bench --body' | 'bench --slo' | 'bench --runs' | 'bench --tolerance' | 'bench request --duration' | 'bench request --messages' | 'bench request --msgs' | 'bench request --warmup' | 'bench request --threads' | 'bench request --seed' | 'bench request --inflight' | 'bench request --clients' | 'bench request --rate' | 'bench request --ramp' | 'bench request --size' | 'bench request --payload' | 'bench request --subjects' | 'bench request --multisubject' | 'bench request --header' | 'bench request -H' | 'bench request --body' | 'bench request --slo' | 'bench request --runs' | 'bench request --tolerance' | 'bench pub --duration' | 'bench pub --messages' | 'bench pub --msgs' | 'bench pub --warmup' | 'bench pub --threads' | 'bench pub --seed' | 'bench pub --clients' | 'bench pub --rate' | 'bench pub --ramp' | 'bench pub --size' | 'bench pub --payload' | 'bench pub --subjects' | 'bench pub --multisubject' | 'bench pub --header' | 'bench pub -H' | 'bench pub --body' | 'bench pub --slo' | 'bench pub --runs' | 'bench pub --tolerance' | 'bench pubsub --duration' | 'bench pubsub --messages' | 'bench pubsub --msgs' | 'bench pubsub --warmup' | 'bench pubsub --threads' | 'bench pubsub --seed' | 'bench pubsub --subscribers' | 'bench pubsub --queue' | 'bench pubsub --clients' | 'bench pubsub --rate' | 'bench pubsub --ramp' | 'bench pubsub --size' | 'bench pubsub --payload' | 'bench pubsub --subjects' | 'bench pubsub --multisubject' | 'bench pubsub --header' | 'bench pubsub -H' | 'bench pubsub --body' | 'bench pubsub --slo' | 'bench pubsub --runs' | 'bench pubsub --tolerance' | 'bench service --workers' | 'bench service -w' | 'bench service --endpoint' | 'bench service --duration' | 'bench service --messages' | 'bench service --msgs' | 'bench service --warmup' | 'bench service --threads' | 'bench service --seed' | 'bench service --inflight' | 'bench service --clients' | 'bench service --rate' | 'bench service --ramp' | 'bench service --size' | 'bench service --payload' | 'bench service --subjects' | 'bench service --multisubject' | 'bench service --header' | 'bench service -H' | 'bench service --body' | 'bench service --slo' | 'bench service --runs' | 'bench service --tolerance' | 'bench sub --duration' | 'bench sub --messages' | 'bench sub --msgs' | 'bench sub --warmup' | 'bench sub --threads' | 'bench sub --seed' | 'bench sub --subscribers' | 'bench sub --queue' | 'bench sub --subjects' | 'bench sub --multisubject' | 'bench sub --slo' | 'bench sub --runs' | 'bench sub --tolerance' | 'bench suite --runs' | 'bench suite --tolerance' | 'bench compare --tolerance' | 'server --host' | 'server --port' | 'server -p' | 'server --http' | 'server --max-pending' | 'context --description' | 'context add --description' | 'context save --description' | 'context copy --description' | 'rtt --count' | 'rtt -n') due=text ;;
    *' --context') due=context ;;
    *' --creds' | *' --nkey' | *' --jwt' | *' --seed' | *' --tlscert' | *' --tlskey' | *' --tlsca' | 'serve --ready-file' | 'serve --config' | 'request --file' | 'request -f' | 'reply --file' | 'reply -f' | 'reply --ready-file' | 'pub --file' | 'pub -f' | 'sub --ready-file' | 'bench --file' | 'bench -f' | 'bench --body-lines' | 'bench --against' | 'bench --csv' | 'bench --hdr' | 'bench --html' | 'bench request --file' | 'bench request -f' | 'bench request --body-lines' | 'bench request --against' | 'bench request --csv' | 'bench request --hdr' | 'bench request --html' | 'bench pub --file' | 'bench pub -f' | 'bench pub --body-lines' | 'bench pub --against' | 'bench pub --csv' | 'bench pub --hdr' | 'bench pub --html' | 'bench pubsub --file' | 'bench pubsub -f' | 'bench pubsub --body-lines' | 'bench pubsub --against' | 'bench pubsub --csv' | 'bench pubsub --hdr' | 'bench pubsub --html' | 'bench service --file' | 'bench service -f' | 'bench service --body-lines' | 'bench service --against' | 'bench service --csv' | 'bench service --hdr' | 'bench service --html' | 'bench sub --against' | 'bench sub --csv' | 'bench sub --hdr' | 'bench sub --html' | 'bench suite --against' | 'bench suite --csv' | 'bench suite --hdr' | 'bench suite --html' | 'bench compare --html' | 'server --ready-file') due=file ;;
    'serve --workers' | 'serve -w' | 'run --workers' | 'run -w') due='choices auto' ;;
    'serve --overload') due='choices reject queue' ;;
    'serve --log' | 'server --log') due='choices text json off' ;;
    'serve --subject' | 'pub --reply') due=subject ;;
    'request --replies') due='choices all' ;;
    'request --send-on' | 'pub --send-on') due='choices newline eof' ;;
    'sub --encoding') due='choices utf8 base64 hex' ;;
    'sub --timestamps') due='choices absolute delta' ;;
    'sub --dump') due=directory ;;
    'bench --arrivals' | 'bench request --arrivals' | 'bench pub --arrivals' | 'bench pubsub --arrivals' | 'bench service --arrivals') due='choices constant poisson' ;;
    'bench --engine' | 'bench request --engine' | 'bench pub --engine' | 'bench pubsub --engine' | 'bench service --engine' | 'bench sub --engine') due='choices wire client' ;;
    'run --serve') due='choices echo greeter registry time' ;;
    *) due='' ;;
  esac
}

# What an operand is, in `due`.
__natsctl_operand() { # COMMAND POSITION
  case "$1 $2" in
    'pool 1') due='choices ls status scale reload stop' ;;
    'service 1') due='choices ls info stats ping wait' ;;
    'bench 1') due='choices request pub pubsub service sub suite compare' ;;
    'context 1') due='choices add save copy edit ls show info select unselect previous rm validate' ;;
    'serve 1' | 'bench service 1') due='choices echo greeter registry time' ;;
    'pool status 1' | 'pool scale 2' | 'pool reload 1' | 'pool stop 1') due=pool ;;
    'pool scale 1') due=text ;;
    'request 1' | 'reply 1' | 'pub 1' | 'sub 1' | 'bench request 1' | 'bench pub 1' | 'bench pubsub 1' | 'bench sub 1') due=subject ;;
    'service ls 1' | 'service info 1' | 'service stats 1' | 'service ping 1' | 'service wait 1') due=live-service ;;
    'bench suite 1' | 'bench compare 1' | 'bench compare 2') due=file ;;
    'context add 1' | 'context save 1' | 'context copy 1' | 'context edit 1' | 'context show 1' | 'context info 1' | 'context select 1' | 'context rm 1' | 'context validate 1') due=context ;;
    'completion 1') due='choices bash zsh fish' ;;
    'help 1') due='choices serve pool request reply pub sub service bench run server context rtt doctor completion help topics connection contexts environment exit-codes scripts subjects' ;;
    'serve '*) due='choices echo greeter registry time' ;;
    'sub '*) due=subject ;;
    'context validate '*) due=context ;;
    *) due=text ;;
  esac
}

# The names of the flags that may stand there, in `names`.
__natsctl_flags() { # COMMAND
  names='--server --context --no-context --creds --nkey --jwt --seed --user --password --token --tlscert --tlskey --tlsca --tlsfirst --timeout --wait-server --inbox-prefix --connection-name --json --quiet --verbose --trace --no-color --help --version'
  case $1 in
    serve) names+=' --workers --queue --handler-timeout --concurrency --max-queued --overload --watchdog --memory-limit --max-requests --log --grace --ready-file --health --config --watch --register --register-ttl --embedded --no-embedded --exec --stdio --subject --name' ;;
    pool) names+=' --watch --for' ;;
    'pool status') names+=' --watch' ;;
    'pool scale') names+=' --for' ;;
    'pool reload') names+=' --for' ;;
    'pool stop') names+=' --for' ;;
    request) names+=' --header --file --no-stdin --retries --wait --lines --null --ndjson --concurrency --unordered --repeat --replies --idle --expect --expect-match --expect-json --raw --no-newline' ;;
    reply) names+=' --echo --error --header --templates --file --no-stdin --queue --count --delay --ready-file' ;;
    pub) names+=' --header --reply --file --no-stdin --templates --lines --null --ndjson --no-reply --skip-bad --count --rate --interval' ;;
    sub) names+=' --queue --ready-file --reconnect --count --for --idle --expect --expect-match --expect-json --raw --no-newline --null --format --parse --encoding --subjects-only --headers-only --timestamps --exec --concurrency --fail-fast --dump --report' ;;
    service) names+=' --watch --instances --for' ;;
    'service stats') names+=' --watch' ;;
    'service wait') names+=' --instances --for' ;;
    bench) names+=' --duration --messages --warmup --clients --threads --inflight --rate --arrivals --ramp --strict-rate --subscribers --queue --workers --endpoint --engine --seed --size --subjects --header --body --file --body-lines --slo --runs --against --tolerance --force --csv --hdr --html' ;;
    'bench request') names+=' --duration --messages --warmup --threads --engine --seed --inflight --clients --rate --arrivals --strict-rate --ramp --size --subjects --header --body --file --body-lines --slo --runs --against --tolerance --force --csv --hdr --html' ;;
    'bench pub') names+=' --duration --messages --warmup --threads --engine --seed --clients --rate --arrivals --strict-rate --ramp --size --subjects --header --body --file --body-lines --slo --runs --against --tolerance --force --csv --hdr --html' ;;
    'bench pubsub') names+=' --duration --messages --warmup --threads --engine --seed --subscribers --queue --clients --rate --arrivals --strict-rate --ramp --size --subjects --header --body --file --body-lines --slo --runs --against --tolerance --force --csv --hdr --html' ;;
    'bench service') names+=' --workers --endpoint --duration --messages --warmup --threads --engine --seed --inflight --clients --rate --arrivals --strict-rate --ramp --size --subjects --header --body --file --body-lines --slo --runs --against --tolerance --force --csv --hdr --html' ;;
    'bench sub') names+=' --duration --messages --warmup --threads --engine --seed --subscribers --queue --subjects --slo --runs --against --tolerance --force --csv --hdr --html' ;;
    'bench suite') names+=' --runs --against --tolerance --force --csv --hdr --html' ;;
    'bench compare') names+=' --tolerance --force --html' ;;
    run) names+=' --serve --workers' ;;
    server) names+=' --host --port --http --max-pending --ready-file --log' ;;
    context) names+=' --description --select --names --connect --force' ;;
    'context add') names+=' --description --select' ;;
    'context save') names+=' --description --select' ;;
    'context copy') names+=' --description --select' ;;
    'context ls') names+=' --names' ;;
    'context show') names+=' --connect' ;;
    'context info') names+=' --connect' ;;
    'context rm') names+=' --force' ;;
    'context validate') names+=' --connect' ;;
    rtt) names+=' --count' ;;
  esac
}

__natsctl_commands='serve pool request reply pub sub service bench run server context rtt doctor completion help'

# The command that a word names, in `command`.
__natsctl_command() { # WORD
  case $1 in
    serve) command=serve ;;
    pool | pools) command=pool ;;
    request | req) command=request ;;
    reply) command=reply ;;
    pub | publish) command=pub ;;
    sub | subscribe) command=sub ;;
    service | services | micro) command=service ;;
    bench) command=bench ;;
    run) command=run ;;
    server) command=server ;;
    context | ctx) command=context ;;
    rtt) command=rtt ;;
    doctor) command=doctor ;;
    completion) command=completion ;;
    help) command=help ;;
    *) command='?' ;;
  esac
}

# The command that a word behind another command names, in `command`; fails where it names none.
__natsctl_subcommand() { # COMMAND WORD
  case "$1 $2" in
    'pool ls' | 'pool list' | 'pool l' | 'pools ls' | 'pools list' | 'pools l') command='pool ls' ;;
    'pool status' | 'pools status') command='pool status' ;;
    'pool scale' | 'pools scale') command='pool scale' ;;
    'pool reload' | 'pools reload') command='pool reload' ;;
    'pool stop' | 'pools stop') command='pool stop' ;;
    'service ls' | 'service list' | 'service l' | 'services ls' | 'services list' | 'services l' | 'micro ls' | 'micro list' | 'micro l') command='service ls' ;;
    'service info' | 'service i' | 'services info' | 'services i' | 'micro info' | 'micro i') command='service info' ;;
    'service stats' | 'services stats' | 'micro stats') command='service stats' ;;
    'service ping' | 'services ping' | 'micro ping') command='service ping' ;;
    'service wait' | 'services wait' | 'micro wait') command='service wait' ;;
    'bench request') command='bench request' ;;
    'bench pub') command='bench pub' ;;
    'bench pubsub') command='bench pubsub' ;;
    'bench service') command='bench service' ;;
    'bench sub') command='bench sub' ;;
    'bench suite') command='bench suite' ;;
    'bench compare') command='bench compare' ;;
    'context add' | 'context create' | 'ctx add' | 'ctx create') command='context add' ;;
    'context save' | 'ctx save') command='context save' ;;
    'context copy' | 'context cp' | 'ctx copy' | 'ctx cp') command='context copy' ;;
    'context edit' | 'context vi' | 'ctx edit' | 'ctx vi') command='context edit' ;;
    'context ls' | 'context list' | 'context l' | 'ctx ls' | 'ctx list' | 'ctx l') command='context ls' ;;
    'context show' | 'context v' | 'context view' | 'ctx show' | 'ctx v' | 'ctx view') command='context show' ;;
    'context info' | 'ctx info') command='context info' ;;
    'context select' | 'context switch' | 'context set' | 'ctx select' | 'ctx switch' | 'ctx set') command='context select' ;;
    'context unselect' | 'ctx unselect') command='context unselect' ;;
    'context previous' | 'context -' | 'ctx previous' | 'ctx -') command='context previous' ;;
    'context rm' | 'context remove' | 'ctx rm' | 'ctx remove') command='context rm' ;;
    'context validate' | 'ctx validate') command='context validate' ;;
    *) return 1 ;;
  esac
}

# Whether what follows "--" is a program and its arguments.
__natsctl_runs_program() { # COMMAND
  [[ ' serve sub run ' == *" $1 "* ]]
}

# shellcheck shell=bash
# The words up to the cursor as they were typed, in "words": bash cuts them at ":" and "=" as well. "starts" has the
# place of each among those of bash, and "current" is the last one.
__natsctl_words() { # PIECE: what readline is about to replace
  local rest=$COMP_LINE piece trimmed i
  words=() starts=()
  for ((i = 0; i < COMP_CWORD; i++)); do
    piece=${COMP_WORDS[i]}
    trimmed=${rest#"${rest%%[![:space:]]*}"}
    if ((i > 0)) && [[ $trimmed == "$rest" ]]; then
      words[${#words[@]} - 1]+=$piece
    else
      words+=("$piece") starts+=("$i")
    fi
    rest=${trimmed#"$piece"}
  done
  piece=${COMP_WORDS[COMP_CWORD]}
  # The cursor may stand inside of a word.
  if [[ -n $1 ]]; then
    piece=${piece%%"$1"*}$1
  elif [[ ${COMP_LINE:0:COMP_POINT} == *[[:space:]] ]]; then
    piece=''
  fi
  if [[ -n $rest && $rest != [[:space:]]* ]]; then
    i=$((${#words[@]} - 1))
    current=${words[i]}$piece
    unset 'words[i]' 'starts[i]'
  else
    current=$piece
  fi
}

# Asks natsctl. What it answers is not to be trusted: it is quoted already, and never expanded here.
__natsctl_ask() { # KIND HEAD PIECE, HEAD being what stands in the word before that
  local line
  while IFS= read -r line; do
    COMPREPLY+=("$line")
  done < <(printf '%s\0' "$2" "$3" "${words[@]}" | command natsctl __complete "$1" bash 2>/dev/null)
}

# Leaves it to bash itself, which knows how to quote; "compopt" is missing in bash 3.
__natsctl_own() { # OPTION ACTION PIECE
  local line
  compopt -o "$1" 2>/dev/null && return
  while IFS= read -r line; do
    COMPREPLY+=("$line")
  done < <(compgen -A "$2" -- "$3")
}

__natsctl_offer() { # DUE HEAD PIECE
  case $1 in
    # shellcheck disable=SC2207
    choices\ *) COMPREPLY=($(compgen -W "${1#choices }" -- "$3")) ;;
    file) __natsctl_own default file "$3" ;;
    directory) __natsctl_own dirnames directory "$3" ;;
    context | subject | live-service | pool) __natsctl_ask "$1" "$2" "$3" ;;
  esac
}

# Behind the "--" of a command that runs another.
__natsctl_program() { # START: the place of its name among the words of bash
  if declare -F _comp_command_offset >/dev/null; then
    _comp_command_offset "$1"
  elif declare -F _command_offset >/dev/null; then
    _command_offset "$1"
  elif ((COMP_CWORD == $1)); then
    local line
    while IFS= read -r line; do
      COMPREPLY+=("$line")
    done < <(compgen -c -- "$piece" | sort -u)
  else
    __natsctl_own default file "$piece"
  fi
}

_natsctl() { # NATSCTL PIECE PREVIOUS
  local IFS=$' \t\n' piece=${2-} words starts current head command='' due='' pending='' names word position=0 i
  COMPREPLY=()
  case ${3-} in
    # A redirection is the shell's own affair.
    '<' | '>' | '>>' | '>|' | '<>' | '&>' | '>&')
      __natsctl_own default file "$piece"
      return
      ;;
  esac
  __natsctl_words "$piece"

  for ((i = 1; i < ${#words[@]}; i++)); do
    word=${words[i]}
    if [[ -n $pending ]]; then
      pending=''
      continue
    fi
    case $word in
      --)
        if __natsctl_runs_program "$command"; then
          __natsctl_program "$((${starts[i]} + 1))"
          return
        fi
        # Whatever follows is an operand.
        [[ -z $command ]] && return
        position=$((position + ${#words[@]} - i))
        __natsctl_operand "$command" "$position"
        __natsctl_offer "$due" "${current%"$piece"}" "$piece"
        return
        ;;
      --*=*) ;;
      --* | -?)
        __natsctl_flag "$command" "$word"
        pending=$due
        ;;
      -[A-Za-z]*)
        # Several short ones in a word: only the last can take what follows.
        __natsctl_flag "$command" "-${word:${#word}-1}"
        pending=$due
        ;;
      *)
        if [[ -z $command ]]; then
          __natsctl_command "$word"
        elif ((position > 0)) || ! __natsctl_subcommand "$command" "$word"; then
          position=$((position + 1))
        fi
        ;;
    esac
  done

  if [[ -n $pending ]]; then
    __natsctl_offer "$pending" "${current%"$piece"}" "$piece"
  elif [[ $current == --*=* ]]; then
    __natsctl_flag "$command" "${current%%=*}"
    head=${current%"$piece"}
    __natsctl_offer "$due" "${head#*=}" "$piece"
  elif [[ $current == -* ]]; then
    __natsctl_flags "$command"
    __natsctl_offer "choices $names" '' "$current"
  elif [[ -z $command ]]; then
    __natsctl_offer "choices $__natsctl_commands" '' "$current"
  elif [[ $command != '?' ]]; then
    __natsctl_operand "$command" "$((position + 1))"
    __natsctl_offer "$due" "${current%"$piece"}" "$piece"
  fi
}

complete -F _natsctl natsctl
