//! The languages against what Argo Events itself answers, and against hostile input.

#[cfg(test)]
mod forms;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod template;
#[cfg(test)]
mod vectors;
