//! Surface tree → resolved policies: names, parameters, typing of conditions.
