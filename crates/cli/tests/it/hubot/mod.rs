mod world;

mod dying;
mod talking;
