// The system's libjpeg-turbo through its TurboJPEG interface (libturbojpeg0-dev).
#pragma once
#include <stddef.h>
#include <turbojpeg.h>
