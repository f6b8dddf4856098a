const INSPECT = /--inspect(?:-brk|-wait)?(?:[=\s]|$)/;

/**
 * Whether this process was started for a debugger, in which it, and the workers that inherit the flag, may stand still
 * for long. By the flags and not by node:inspector, which takes longer to load than all else that a worker asks for.
 */
export function isDebugged(
  execArgv: readonly string[] = process.execArgv,
  nodeOptions: string = process.env['NODE_OPTIONS'] ?? '',
): boolean {
  return [...execArgv, nodeOptions].some((flags) => INSPECT.test(flags));
}
