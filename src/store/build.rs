//! Builds anew when a migration is added or changed: they are part of the binary.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
