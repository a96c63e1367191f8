#include "separators.h"
