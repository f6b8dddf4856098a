# Asks natsctl. What it answers is not to be trusted: it goes into arrays, which nothing expands.
__natsctl_ask() { # KIND
  local -a values shown expl
  local value describe
  while IFS=$'\t' read -r value describe; do
    values+=("$value")
    shown+=("$value${describe:+  -- $describe}")
  done < <(printf '%s\0' "${(@)natsctl_words}" | command natsctl __complete $1 zsh 2>/dev/null)
  (( $#values )) || return 1
  _wanted "${1}s" expl "$1" compadd -l -d shown -a -- values
}

_natsctl() {
  # The words up to the cursor as they were typed: `words` changes on the way.
  local -a natsctl_words=("${(@)words[1,CURRENT]}") line specs
  local curcontext=$curcontext state state_descr command
  local -i dashes ret=1
  typeset -A opt_args

  __natsctl_specs
  _arguments -C -s -S -A '-*' : $specs '1: :__natsctl_commands' '*:: :->operands' && ret=0
  [[ $state == operands ]] || return ret

  curcontext=${curcontext%:*:*}:natsctl-$words[1]:
  dashes=${words[(i)--]}
  if (( dashes < CURRENT )) && __natsctl_runs_program $words[1]; then
    words=("${(@)words[dashes+1,-1]}")
    (( CURRENT -= dashes ))
    _normal
    return
  fi
  command=$words[1]
  if __natsctl_has_subcommands $command; then
    __natsctl_specs $command
    state=''
    _arguments -C -s -S -A '-*' : $specs && ret=0
    [[ $state == operands ]] || return ret
    command+=" $words[1]"
    curcontext=${curcontext%:*:*}:natsctl-${command// /-}:
  fi
  __natsctl_specs $command || return
  _arguments -s -S : $specs
}

# Loaded by compinit out of a folder, it is to complete at once; sourced, it is to be made known.
if [[ $funcstack[1] == _natsctl ]]; then
  _natsctl "$@"
else
  compdef _natsctl natsctl
fi
