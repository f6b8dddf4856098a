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
