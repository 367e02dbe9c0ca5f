// The system's libpng (libpng-dev).
#pragma once
#include <png.h>
