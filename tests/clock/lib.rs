//! A wall clock that is wrong by as much as a test wants: `LD_PRELOAD` puts this library before the C library, and a process
//! that asks `clock_gettime` for the time of day gets it with an offset. Clocks that measure pauses go on as they are.
//!
//! The offset stands in the file that the variable [`VARIABLE`] names, in whole seconds, such as `-7200`. It is looked at every
//! ten milliseconds at most. Whoever changes it writes another file and renames it, so that no half of a number is read.
//!
//! Only Linux has it. What happens here may happen in the middle of anything, so nothing is allocated and nothing locked.

#![cfg(target_os = "linux")]

use libc::{c_int, c_long, clockid_t, timespec};
use std::ffi::CStr;
use std::sync::atomic::{AtomicI64, Ordering};

/// Names the file with the offset. Without it the clock is right.
pub const VARIABLE: &CStr = c"CLOCK_OFFSET_FILE";

/// Between two looks at the file, in nanoseconds.
const LOOK: i64 = 10_000_000;

/// In seconds, as it was read last.
static OFFSET: AtomicI64 = AtomicI64::new(0);
/// When that was, by the clock that nobody sets; at first long ago.
static LOOKED: AtomicI64 = AtomicI64::new(i64::MIN / 2);

/// Takes the place of the C library's function of this name.
///
/// # Safety
/// As there: `time` points to room for the answer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clock_gettime(clock: clockid_t, time: *mut timespec) -> c_int {
    // SAFETY: the caller's pointer is handed on as it is.
    let answer = unsafe { ask(clock, time) };
    if answer == 0 && matches!(clock, libc::CLOCK_REALTIME | libc::CLOCK_REALTIME_COARSE) {
        // SAFETY: the kernel has just written there.
        unsafe { (*time).tv_sec += offset() };
    }
    answer
}

/// Asks the kernel itself.
///
/// # Safety
/// `time` points to room for the answer.
unsafe fn ask(clock: clockid_t, time: *mut timespec) -> c_int {
    // SAFETY: a number and a pointer are what this call takes; a pointer that is wrong is an error to the kernel.
    let answer: c_long = unsafe { libc::syscall(libc::SYS_clock_gettime, clock, time) };
    if answer == 0 { 0 } else { -1 }
}

fn offset() -> i64 {
    let mut now = timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: there is room for the answer.
    unsafe { ask(libc::CLOCK_MONOTONIC, &raw mut now) };
    let now = now.tv_sec * 1_000_000_000 + now.tv_nsec;
    if now - LOOKED.load(Ordering::Relaxed) >= LOOK {
        LOOKED.store(now, Ordering::Relaxed);
        if let Some(read) = read() {
            OFFSET.store(read, Ordering::Relaxed);
        }
    }
    OFFSET.load(Ordering::Relaxed)
}

/// What the file says; none when it cannot be read.
fn read() -> Option<i64> {
    let mut text = [0_u8; 32];
    // SAFETY: the name ends with a zero byte, and nobody in a process under test changes its environment.
    let path = unsafe { libc::getenv(VARIABLE.as_ptr()) };
    if path.is_null() {
        return None;
    }
    // Whoever asks for the time finds the last error as it was.
    // SAFETY: each thread has such a place.
    let errno = unsafe { libc::__errno_location() };
    // SAFETY: as above.
    let before = unsafe { *errno };
    // SAFETY: the path is a text of C.
    let file = unsafe { libc::open(path, libc::O_RDONLY | libc::O_CLOEXEC) };
    let count = if file < 0 {
        -1
    } else {
        // SAFETY: there is room for so many bytes, and nobody else has the file.
        unsafe {
            let count = libc::read(file, text.as_mut_ptr().cast(), text.len());
            libc::close(file);
            count
        }
    };
    // SAFETY: as above.
    unsafe { *errno = before };
    let text = text.get(..usize::try_from(count).ok()?)?;
    std::str::from_utf8(text).ok()?.trim().parse().ok()
}
