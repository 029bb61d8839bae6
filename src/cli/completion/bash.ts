import type { Place } from './places.ts';
import { pathCases, placeCases, valueCases } from './script.ts';

/**
 * For bash. Its words are cut at `:` and `=` as well, so the line is cut here once more, and of a word with such a mark only
 * what is behind the last one is handed back.
 */
export const bashScript = (places: readonly Place[]): string => `# tasklock completion bash
_tasklock() {
  local line=\${COMP_LINE:0:COMP_POINT} words cur prev whole word place='' candidates='' options='' files='' value='' i
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  cur=\${words[\${#words[@]}-1]} whole=\${words[\${#words[@]}-1]} prev=\${words[\${#words[@]}-2]}
  for ((i = 1; i < \${#words[@]} - 1; i++)); do
    case "$place:\${words[i]}" in
${pathCases(places).join('\n')}
    esac
  done
  if [[ $cur == --*=* ]]; then prev=\${cur%%=*} cur=\${cur#*=}; fi
  case "$place:$prev" in
${valueCases(places).join('\n')}
  esac
  if [[ -z $value ]]; then
    case "$place" in
${placeCases(places).join('\n')}
    esac
    if [[ $cur == -* ]]; then candidates=$options files=''; fi
  fi
  COMPREPLY=()
  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$candidates" -- "$cur")
  if [[ -n $files ]]; then
    while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$cur")
    compopt -o filenames 2>/dev/null
  fi
  if [[ $cur == *:* && $COMP_WORDBREAKS == *:* ]]; then
    for i in "\${!COMPREPLY[@]}"; do COMPREPLY[i]=\${COMPREPLY[i]#"\${cur%:*}":}; done
  elif [[ $whole != "$cur" && $COMP_WORDBREAKS != *=* ]]; then
    for i in "\${!COMPREPLY[@]}"; do COMPREPLY[i]=$prev=\${COMPREPLY[i]}; done
  fi
}
complete -F _tasklock tasklock
`;
