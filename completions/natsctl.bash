# bash completion for natsctl: source this file, or put it where bash-completion looks.

_natsctl() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command='' word
  local commands='serve request run server'
  local global='--server --context --no-context --creds --nkey --jwt --seed --user --password --token --tlscert
    --tlskey --tlsca --tlsfirst --timeout --wait-server --inbox-prefix --connection-name --json --quiet --verbose
    --no-color --help --version'
  local serve='--workers --queue --log --grace --ready-file --embedded --no-embedded'
  local request='--header --file --no-stdin --retries --wait --raw --no-newline'
  local run='--serve --workers'
  local server='--host --port --http --max-pending --ready-file --log --trace'

  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in
      --) return ;;
      serve | request | run | server) command=$word && break ;;
    esac
  done

  case $previous in
    --creds | --nkey | --jwt | --seed | --tlscert | --tlskey | --tlsca | --ready-file | --file | -f)
      mapfile -t COMPREPLY < <(compgen -f -- "$current")
      return
      ;;
    --serve)
      mapfile -t COMPREPLY < <(compgen -W 'greeter' -- "$current")
      return
      ;;
    --log)
      mapfile -t COMPREPLY < <(compgen -W 'text json off' -- "$current")
      return
      ;;
    --workers | -w)
      mapfile -t COMPREPLY < <(compgen -W 'auto' -- "$current")
      return
      ;;
  esac

  if [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$global ${command:+${!command}}" -- "$current")
  elif [[ -z $command ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$current")
  elif [[ $command == serve ]]; then
    mapfile -t COMPREPLY < <(compgen -W 'greeter' -- "$current")
  fi
}

complete -F _natsctl natsctl
