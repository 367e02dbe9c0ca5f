// The system's libpng (libpng-dev), and one call that reads a PNG. libpng reports errors by longjmp, which only C can
// receive; its simplified interface needs none of that, but corrects colours, and here samples count as stored.
#pragma once
#include <png.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/// What libpng's callbacks share.
struct png_memory {
    const uint8_t *bytes;
    size_t left;
    char *message;
    size_t room;
};

static inline void png_memory_read(png_structp png, png_bytep target, size_t count) {
    struct png_memory *memory = (struct png_memory *)png_get_io_ptr(png);
    if (count > memory->left) png_error(png, "the file ends early");
    memcpy(target, memory->bytes, count);
    memory->bytes += count;
    memory->left -= count;
}

static inline void png_memory_error(png_structp png, png_const_charp reason) {
    struct png_memory *memory = (struct png_memory *)png_get_error_ptr(png);
    snprintf(memory->message, memory->room, "%s", reason);
    png_longjmp(png, 1);
}

static inline void png_memory_warning(png_structp png, png_const_charp reason) { (void)png, (void)reason; }

/// Reads the size of a PNG and, where `pixels` is not NULL, its samples: width · height · 3 bytes of RGB. Grey is
/// repeated, palettes are looked up, few bits are spread to 0…255, of 16 bits the high byte is kept; transparency,
/// gamma and colour profiles change nothing. Returns 1, or 0 with a reason in `message`.
static inline int png_read_rgb(
    const uint8_t *bytes, size_t count, uint32_t *width, uint32_t *height, uint8_t *pixels, char *message,
    size_t room) {
    struct png_memory memory = {bytes, count, message, room};
    png_structp png =
        png_create_read_struct(PNG_LIBPNG_VER_STRING, &memory, png_memory_error, png_memory_warning);
    if (png == NULL) {
        snprintf(message, room, "libpng cannot be started");
        return 0;
    }
    png_infop info = png_create_info_struct(png);
    if (info == NULL || setjmp(png_jmpbuf(png))) {
        if (info == NULL) snprintf(message, room, "libpng has no memory");
        png_destroy_read_struct(&png, info == NULL ? NULL : &info, NULL);
        return 0;
    }
    png_set_read_fn(png, &memory, png_memory_read);
    png_read_info(png, info);
    *width = png_get_image_width(png, info);
    *height = png_get_image_height(png, info);
    if (pixels != NULL) {
        png_set_strip_16(png);
        png_set_expand(png);
        png_set_strip_alpha(png);
        png_set_gray_to_rgb(png);
        int passes = png_set_interlace_handling(png);
        png_read_update_info(png, info);
        size_t row = (size_t)*width * 3;
        if (png_get_rowbytes(png, info) != row) png_error(png, "its rows are not RGB");
        for (int pass = 0; pass < passes; pass++)
            for (uint32_t y = 0; y < *height; y++) png_read_row(png, pixels + y * row, NULL);
    }
    png_destroy_read_struct(&png, &info, NULL);
    return 1;
}
