//! The program as its users meet it: real Git, real processes, the simulated server as the other end.

mod workspace;
