//! Tests of the whole: the command as a user runs it, and the tree as a contributor finds it.
#![cfg(test)]

mod build;
mod check;
mod control;
mod docs;
mod fix;
mod format;
mod init;
mod readme;
mod running;
mod several;
mod starting;
mod structure;
mod support;
mod trial;
mod version;
mod why;
