mod world;

mod company;
mod dying;
mod talking;
