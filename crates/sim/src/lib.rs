//! zulipkit-sim.
