#pragma once

#include "sqlite_memory.h"
#include "sqlite_rows.h"
#include "sqlite_stop.h"
