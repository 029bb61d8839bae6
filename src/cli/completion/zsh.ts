import type { Place } from './places.ts';
import { pathCases, placeCases, valueCases } from './script.ts';

/** For zsh, behind compinit. */
export const zshScript = (places: readonly Place[]): string => `#compdef tasklock
_tasklock() {
  local cur=\${words[CURRENT]} prev=\${words[CURRENT-1]} word place='' candidates='' options='' files='' value=''
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$place:$word" in
${pathCases(places).join('\n')}
    esac
  done
  if [[ $cur == --*=* ]]; then
    prev=\${cur%%=*}
    compset -P '*='
  fi
  case "$place:$prev" in
${valueCases(places).join('\n')}
  esac
  if [[ -z $value ]]; then
    case "$place" in
${placeCases(places).join('\n')}
    esac
    if [[ $cur == -* ]]; then candidates=$options files=''; fi
  fi
  compadd -- \${=candidates}
  if [[ -n $files ]]; then _files; fi
}
compdef _tasklock tasklock
`;
