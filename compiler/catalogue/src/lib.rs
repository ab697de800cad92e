//! What can be written in aev: kinds, fields, types, defaults, documentation and targets, as constant data.
