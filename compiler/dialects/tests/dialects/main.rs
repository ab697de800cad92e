//! The languages against what Argo Events itself answers, and against hostile input.

mod forms;
mod hostile;
mod template;
mod vectors;
