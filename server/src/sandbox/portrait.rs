//! What simulated people look like: a head and shoulders, in colours that follow from the number.

use crate::error::Result;
use domain::PhoneNumber;
use image::{ImageFormat, Rgb, RgbImage};
use sha2::{Digest as _, Sha256};
use std::io::Cursor;

/// As large as the network's smaller pictures, in pixels.
const SIDE: u32 = 96;
/// Behind them, and what they wear.
const CLOTH: [[u8; 3]; 6] =
    [[242, 201, 139], [143, 188, 167], [226, 150, 128], [137, 167, 209], [190, 160, 204], [224, 187, 72]];
const SKIN: [[u8; 3]; 4] = [[241, 205, 170], [222, 176, 136], [188, 137, 98], [141, 96, 66]];
const HAIR: [[u8; 3]; 4] = [[43, 34, 30], [87, 58, 42], [28, 28, 34], [140, 132, 128]];

/// A PNG; the same person always looks the same.
pub(super) fn of(person: &PhoneNumber) -> Result<Vec<u8>> {
    let dice = Sha256::digest(person.digits());
    let pick = |colours: &[[u8; 3]], die: u8| colours[usize::from(die) % colours.len()];
    let (behind, skin, hair) = (pick(&CLOTH, dice[0]), pick(&SKIN, dice[1]), pick(&HAIR, dice[2]));
    // Nobody wears what is behind them.
    let shirt = pick(&CLOTH, dice[0].wrapping_add(1 + dice[3] % 5));
    let long_hair = dice[4] % 2 == 0;
    let picture = RgbImage::from_fn(SIDE, SIDE, |x, y| {
        let within = |(cx, cy): (f32, f32), (rx, ry): (f32, f32)| {
            let (dx, dy) = ((x as f32 - cx) / rx, (y as f32 - cy) / ry);
            dx * dx + dy * dy <= 1.0
        };
        Rgb(if within((48.0, 43.0), (15.0, 18.0)) && y > 33 {
            skin
        } else if within((48.0, 38.0), (18.0, 19.0)) || (long_hair && within((48.0, 48.0), (21.0, 26.0))) {
            hair
        } else if within((48.0, 60.0), (7.0, 12.0)) {
            skin
        } else if within((48.0, 100.0), (36.0, 36.0)) {
            shirt
        } else {
            behind
        })
    });
    let mut png = Cursor::new(Vec::new());
    picture.write_to(&mut png, ImageFormat::Png).map_err(anyhow::Error::from)?;
    Ok(png.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_look_like_themselves() {
        let person = |digits| of(&PhoneNumber::from_e164(digits).expect("a number")).expect("a picture");
        assert_eq!(person("6281311110001"), person("6281311110001"));
        assert_ne!(person("6281311110001"), person("6281311110002"));
        assert!(image::load_from_memory(&person("6281311110001")).is_ok());
    }
}
