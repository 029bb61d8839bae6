/**
 * Handlers that run code. Delivery saves the registers and the mask in a frame and goes on at the handler, which ends
 * with sigreturn: all is as before then, and a call that was interrupted begins again or is EINTR. A handler so has
 * registers of its own; it meets the rest of the program in memory. Handlers interrupt one another, each blocks its signal.
 *
 * Departure: frames lie in the task, SIGFRAMES at most, not on a stack in user memory; one more is the SIGSEGV of a stack
 * that is full.
 */
import { load, memcpy, store } from '../machine/bus.ts';
import { spin_lock_irq, spin_unlock_irq } from '../machine/spinlock.ts';
import { RESTART_NONE, RESTART_WOKEN, SA_NODEFER, SIGKILL, SIGSEGV, SIGSTOP, SIG_DFL } from './abi.ts';
import { current } from './context.ts';
import { futex_leave } from './futex.ts';
import { HANDLER_TEXT, INSTRUCTION_BYTES } from './isa.ts';
import { kernel, pt_regs, sigframe, sighand_struct, SIGFRAMES, task_struct } from './layout.ts';
import { force_sig } from './signal.ts';
import { recalc_sigpending, sigaction_of, sigaddset } from './sigset.ts';

const REGISTER_BYTES = 64;

/** 1 when a handler is an instruction of the program. */
export function is_code(handler: number): number {
  const at = handler - HANDLER_TEXT;
  return at >= 0 && at < ((load(kernel.image_bytes) / INSTRUCTION_BYTES) | 0) ? 1 : 0;
}

function frame_at(tsk: number, depth: number): number {
  return tsk + task_struct.sigframes + depth * sigframe.SIZE;
}

/** Saves what is interrupted, with the mask that sigreturn brings back. 0 when there is no room. */
function setup_frame(tsk: number, mask: number): number {
  const depth = load(tsk + task_struct.sigframe_depth);
  if (depth === SIGFRAMES) return 0;
  const frame = frame_at(tsk, depth);
  const regs = tsk + task_struct.regs;
  let restart = load(tsk + task_struct.restart);
  // The handler may wait for a futex itself, so the interrupted wait ends here.
  if (futex_leave(tsk)) restart = RESTART_WOKEN;
  store(frame + sigframe.restart, restart);
  store(frame + sigframe.eip, load(regs + pt_regs.eip));
  store(frame + sigframe.blocked, load(mask));
  store(frame + sigframe.blocked + 4, load(mask + 4));
  memcpy(frame + sigframe.r, regs + pt_regs.r, REGISTER_BYTES);
  store(tsk + task_struct.sigframe_depth, depth + 1);
  store(tsk + task_struct.restart, RESTART_NONE);
  return 1;
}

/** There was no room for a frame: SIGSEGV, which kills when it is the one that found no room. Takes siglock. */
function force_sigsegv(sig: number, tsk: number): void {
  if (sig === SIGSEGV) {
    const sighand = load(tsk + task_struct.sighand);
    spin_lock_irq(sighand + sighand_struct.siglock);
    store(sigaction_of(sighand, SIGSEGV), SIG_DFL);
    spin_unlock_irq(sighand + sighand_struct.siglock);
  }
  force_sig(SIGSEGV, tsk);
}

/** The current task goes on at the handler that delivery has noted, with the signal blocked. Takes siglock. */
export function handle_signal(sig: number, tsk: number): void {
  const suspended = load(tsk + task_struct.suspended);
  const mask = suspended ? tsk + task_struct.saved_sigmask : tsk + task_struct.blocked;
  if (setup_frame(tsk, mask) === 0) {
    force_sigsegv(sig, tsk);
    return;
  }
  store(tsk + task_struct.suspended, 0);
  store(tsk + task_struct.regs + pt_regs.eip, load(tsk + task_struct.handler) - HANDLER_TEXT);
  if (load(tsk + task_struct.handler_flags) & SA_NODEFER) return;
  const sighand = load(tsk + task_struct.sighand);
  spin_lock_irq(sighand + sighand_struct.siglock);
  sigaddset(tsk + task_struct.blocked, sig);
  recalc_sigpending(tsk);
  spin_unlock_irq(sighand + sighand_struct.siglock);
}

/** The end of a handler; without one it is a SIGSEGV. Takes siglock. */
export function sys_sigreturn(): number {
  const tsk = current();
  const depth = load(tsk + task_struct.sigframe_depth) - 1;
  if (depth < 0) {
    force_sig(SIGSEGV, tsk);
    return 0;
  }
  const frame = frame_at(tsk, depth);
  const sighand = load(tsk + task_struct.sighand);
  const unblockable = (1 << (SIGKILL - 1)) | (1 << (SIGSTOP - 1));
  spin_lock_irq(sighand + sighand_struct.siglock);
  store(tsk + task_struct.blocked, load(frame + sigframe.blocked) & ~unblockable);
  store(tsk + task_struct.blocked + 4, load(frame + sigframe.blocked + 4));
  recalc_sigpending(tsk);
  spin_unlock_irq(sighand + sighand_struct.siglock);
  const regs = tsk + task_struct.regs;
  memcpy(regs + pt_regs.r, frame + sigframe.r, REGISTER_BYTES);
  store(regs + pt_regs.eip, load(frame + sigframe.eip));
  store(tsk + task_struct.restart, load(frame + sigframe.restart));
  store(tsk + task_struct.sigframe_depth, depth);
  return 0;
}
